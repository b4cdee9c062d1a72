package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The return path of push streams: what is acknowledged, and when. */
class AcknowledgementTest {
    /** Longer than any test runs: what is acknowledged then is so for another reason. */
    private static final Duration NEVER = Duration.ofMinutes(10);

    private ReceivingMember member;

    private void start(Duration flowing, Duration idle) {
        UnaryOperator<TransportConfig.Builder> configured =
                builder -> builder.acknowledgements(flowing, idle).streamTimeout(NEVER.multipliedBy(2));
        member = new ReceivingMember(configured);
    }

    @AfterEach
    void close() {
        member.close();
    }

    @Test
    void shouldAnswerEveryLinkHeartbeatAtOnce() throws Exception {
        start(NEVER, NEVER);
        Frames frames = new Frames(StreamType.MSGAPP);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MSGAPP)) {
            peer.sendChunk(frames.linkHeartbeats(1));
            assertThat(peer.readAck()).isZero();

            peer.sendChunk(frames.of(frames.message(1), frames.message(2)));
            peer.sendChunk(frames.linkHeartbeats(1));
            assertThat(peer.readAck()).isEqualTo(2);
        }
    }

    @Test
    void shouldAnswerEachOfManyLinkHeartbeatsThatComeAtOnce() throws Exception {
        start(NEVER, NEVER);
        int heartbeats = 10;
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            peer.sendChunk(new Frames(StreamType.MESSAGE).linkHeartbeats(heartbeats));
            for (int i = 0; i < heartbeats; i++) {
                assertThat(peer.readAck()).isZero();
            }
        }
    }

    @Test
    void shouldAcknowledgeMessagesWhileTheyFlow() throws Exception {
        start(Duration.ofMillis(20), NEVER);
        Frames frames = new Frames(StreamType.MSGAPP);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MSGAPP)) {
            for (int i = 1; i <= 5; i++) {
                peer.sendChunk(frames.of(frames.message(i)));
                assertThat(peer.readAck()).isEqualTo(i);
            }
        }
    }

    @Test
    void shouldRepeatTheLastCountWhileNothingFlows() throws Exception {
        start(Duration.ofMillis(20), Duration.ofMillis(40));
        Frames frames = new Frames(StreamType.MESSAGE);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            assertThat(peer.readAck()).isZero();
            peer.sendChunk(frames.of(frames.message(1)));
            peer.readAcksUpTo(1);
            for (int i = 0; i < 5; i++) {
                assertThat(peer.readAck()).isEqualTo(1);
            }
        }
    }

    @Test
    void shouldGoOnAcknowledgingWhileRaftHoldsUpTheStream() throws Exception {
        start(Duration.ofMillis(20), Duration.ofMillis(40));
        member.room.holdWhen(message -> message.getIndex() == 2);
        Frames frames = new Frames(StreamType.MSGAPP);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MSGAPP)) {
            peer.sendChunk(frames.of(frames.message(1), frames.message(2), frames.message(3)));
            peer.readAcksUpTo(1);
            for (int i = 0; i < 10; i++) {
                assertThat(peer.readAck()).isEqualTo(1);
            }
            member.room.release();
            peer.readAcksUpTo(3);
        }
    }

    @Test
    void shouldAnswerHeartbeatsOfTheOtherLaneWhileRaftHoldsUpOne() throws Exception {
        start(NEVER, NEVER);
        member.room.holdWhen(message -> true);
        Frames apps = new Frames(StreamType.MSGAPP);
        Frames frames = new Frames(StreamType.MESSAGE);
        try (ScriptedPeer held = ScriptedPeer.onStream(member, StreamType.MSGAPP);
                ScriptedPeer free = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            held.sendChunk(apps.of(apps.message(1)));
            for (int i = 0; i < 10; i++) {
                free.sendChunk(frames.linkHeartbeats(1));
                assertThat(free.readAck()).isZero();
            }
        }
    }

    @Test
    void shouldFindRoomForTheNewestCountWhileRaftHoldsUpAStreamWhoseSenderDidNotRead() throws Exception {
        start(Duration.ofMillis(20), Duration.ofMillis(40));
        member.room.holdWhen(message -> message.getIndex() == 2);
        Frames frames = new Frames(StreamType.MSGAPP);
        byte[] heartbeats = frames.linkHeartbeats(16);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MSGAPP)) {
            // About 13 MB of acknowledgements, more than the sockets' buffers hold.
            for (int i = 0; i < 100_000; i++) {
                peer.sendChunk(heartbeats);
            }
            peer.sendChunk(frames.of(frames.message(1), frames.message(2)));
            await().until(() -> member.room.held() == 1);

            peer.readAcksUpTo(1);
        }
    }
}
