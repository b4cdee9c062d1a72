package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.Lane;
import dev.rafthttp.Protocol;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.server.ScriptedPeer.Answer;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Push streams that are ended by this side, and what their senders see of it. */
class StreamEndTest {
    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final UnaryOperator<TransportConfig.Builder> QUICK = builder -> builder.streamTimeout(TIMEOUT)
            .linkHeartbeatInterval(Duration.ofMillis(50))
            .acknowledgements(Duration.ofMillis(20), Duration.ofMillis(50));

    private ReceivingMember member = new ReceivingMember();

    private void restart(UnaryOperator<TransportConfig.Builder> configured) {
        member.close();
        member = new ReceivingMember(configured);
    }

    private void holdUpMessage(long index) {
        member.room.holdWhen(message -> message.getIndex() == index);
    }

    private void awaitHeld() {
        await().until(() -> member.room.held() == 1);
    }

    @AfterEach
    void close() {
        member.close();
    }

    @Test
    void shouldCutTheOlderStreamWhenANewerOfItsKindComes() throws Exception {
        Frames frames = new Frames(StreamType.MESSAGE);
        try (ScriptedPeer older = ScriptedPeer.onStream(member, StreamType.MESSAGE);
                ScriptedPeer otherLane = ScriptedPeer.onStream(member, StreamType.MSGAPP);
                ScriptedPeer newer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            assertThat(older.isCut()).isTrue();

            newer.sendChunk(frames.of(frames.message(1)));
            newer.readAcksUpTo(1);
            otherLane.sendChunk(new Frames(StreamType.MSGAPP).linkHeartbeats(1));
            assertThat(otherLane.readAck()).isZero();
        }
    }

    @Test
    void shouldCutTheOlderStreamAtOnceWhenRaftHoldsItUp() throws Exception {
        holdUpMessage(1);
        Frames frames = new Frames(StreamType.MESSAGE);
        try (ScriptedPeer older = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            older.sendChunk(frames.of(frames.message(1), frames.message(2)));
            awaitHeld();
            try (ScriptedPeer newer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
                assertThat(older.isCut()).isTrue();
                newer.sendChunk(frames.of(frames.message(3)));
                assertThat(member.processed).isEmpty();
                member.room.release();
                newer.readAcksUpTo(1);
            }
        }
        // Message 2 came on the older stream after that was replaced: it is in doubt, and not delivered.
        assertThat(member.processed).containsExactly(frames.message(1), frames.message(3));
    }

    @Test
    void shouldEndTheRequestsOfClosedStreamsThatWaitedForRaft() throws Exception {
        restart(QUICK);
        holdUpMessage(1);
        Frames frames = new Frames(StreamType.MESSAGE);
        try (ScriptedPeer first = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            first.sendChunk(frames.of(frames.message(1)));
            awaitHeld();
            for (int i = 0; i < 5; i++) {
                try (ScriptedPeer next = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
                    next.sendChunk(frames.of(frames.message(2)));
                }
            }
        }
        await().until(() -> member.connections() == 0);
        assertThat(member.processed).isEmpty();
    }

    @Test
    void shouldCutAStreamWhenItsSenderFellSilent() throws Exception {
        restart(QUICK);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            peer.sendChunk(new Frames(StreamType.MESSAGE).linkHeartbeats(1));
            assertThat(peer.isCut()).isTrue();
        }
    }

    @Test
    void shouldCutAStreamWhenItsSenderFellSilentWithinAFrame() throws Exception {
        restart(QUICK);
        Frames frames = new Frames(StreamType.MESSAGE);
        byte[] frame = frames.of(frames.message(1));
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            peer.sendChunk(Arrays.copyOf(frame, frame.length - 1));
            assertThat(peer.isCut()).isTrue();
        }
        assertThat(member.processed).isEmpty();
    }

    @Test
    void shouldKeepAStreamWhenOnlyLinkHeartbeatsCome() throws Exception {
        restart(QUICK);
        Frames frames = new Frames(StreamType.MSGAPP);
        long end = System.nanoTime() + TIMEOUT.multipliedBy(4).toNanos();
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MSGAPP)) {
            while (System.nanoTime() < end) {
                peer.sendChunk(frames.linkHeartbeats(1));
                assertThat(peer.readAck()).isZero();
            }
            peer.sendChunk(frames.of(frames.message(1)));
            peer.readAcksUpTo(1);
        }
    }

    @Test
    void shouldKeepAStreamForLongerThanTheTimeoutWhenRaftHoldsItUp() throws Exception {
        restart(QUICK);
        holdUpMessage(1);
        Frames frames = new Frames(StreamType.MSGAPP);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MSGAPP)) {
            peer.sendChunk(frames.of(frames.message(1)));
            awaitHeld();
            long end = System.nanoTime() + TIMEOUT.multipliedBy(4).toNanos();
            while (System.nanoTime() < end) {
                assertThat(peer.readAck()).isZero();
            }
            member.room.release();
            peer.readAcksUpTo(1);
            peer.sendChunk(frames.of(frames.message(2)));
            peer.readAcksUpTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldCutAStreamAndSayWhereWhenItIsCorrupt(StreamType type) throws Exception {
        Frames frames = new Frames(type);
        byte[] frame = frames.of(frames.message(1));
        byte[] corrupt = type == StreamType.MSGAPP
                ? new byte[] {9}
                : ByteBuffer.allocate(10)
                        .putLong(2)
                        .put((byte) 0x0f)
                        .put((byte) 0xff)
                        .array();
        try (LogLines log = LogLines.of(StreamConnection.class);
                ScriptedPeer peer = ScriptedPeer.onStream(member, type)) {
            peer.sendChunk(frame);
            peer.sendChunk(corrupt);

            assertThat(peer.isCut()).isTrue();
            assertThat(member.processed).containsExactly(frames.message(1));
            assertThat(member.corrupted).containsExactly(type.lane());
            assertThat(log.warnings())
                    .singleElement(InstanceOfAssertFactories.STRING)
                    .contains(type.label() + " stream", "peer 2", "offset " + (frame.length + corrupt.length - 1));
        }
    }

    @Test
    void shouldAcceptAnotherStreamWhenOneWasCorrupt() throws Exception {
        Frames frames = new Frames(StreamType.MSGAPP);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MSGAPP)) {
            peer.sendChunk(new byte[] {9});
            assertThat(peer.isCut()).isTrue();
        }
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MSGAPP)) {
            peer.sendChunk(frames.of(frames.message(1)));
            peer.readAcksUpTo(1);
        }
    }

    @Test
    void shouldCutAStreamWhenAFrameIsAboveTheLimit() throws Exception {
        restart(builder -> builder.maxMessageBytes(1 << 10));
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            peer.sendChunk(ByteBuffer.allocate(Long.BYTES).putLong(1 << 20).array());
            assertThat(peer.isCut()).isTrue();
        }
        assertThat(member.corrupted).containsExactly(Lane.MESSAGE);
    }

    @Test
    void shouldCutAStreamWhenItEndsWithinAFrame() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            peer.sendChunk(new byte[] {0, 0, 0});
            peer.endBody();
            assertThat(peer.isCut()).isTrue();
        }
        assertThat(member.corrupted).containsExactly(Lane.MESSAGE);
    }

    @Test
    void shouldCutAStreamWhenItsChunkedCodingIsBroken() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            peer.send("no chunk\r\n");
            assertThat(peer.isCut()).isTrue();
        }
    }

    @Test
    void shouldCutTheStreamsOfAPeerAndRefuseMoreWhenItIsRemoved() throws Exception {
        try (ScriptedPeer messages = ScriptedPeer.onStream(member, StreamType.MESSAGE);
                ScriptedPeer msgApps = ScriptedPeer.onStream(member, StreamType.MSGAPP)) {
            member.removePeer(ReceivingMember.PEER);

            assertThat(messages.isCut()).isTrue();
            assertThat(msgApps.isCut()).isTrue();
        }
        Answer answer = ScriptedPeer.exchange(member, Request.stream(StreamType.MESSAGE), new byte[0]);
        assertThat(answer.body()).isEqualTo(Protocol.SENDER_NOT_FOUND + "\n");
    }

    @Test
    void shouldCutTheStreamOfARemovedPeerAtOnceWhenRaftHoldsItUp() throws Exception {
        holdUpMessage(1);
        Frames frames = new Frames(StreamType.MESSAGE);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            peer.sendChunk(frames.of(frames.message(1), frames.message(2)));
            awaitHeld();

            member.removePeer(ReceivingMember.PEER);

            assertThat(peer.isCut()).isTrue();
            member.room.release();
            await().until(() -> !member.processed.isEmpty());
        }
        assertThat(member.processed).containsExactly(frames.message(1));
    }

    @Test
    void shouldRefuseAStreamAsUnknownWhenItsPeerIsClosedMeanwhile() throws Exception {
        member.peers.get(ReceivingMember.PEER).close();
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(Request.stream(StreamType.MESSAGE).bytes());
            assertThat(peer.isCut()).isTrue();
        }
    }
}
