package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.StreamType;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.server.ScriptedPeer.Head;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Push streams that are well: opened, read and ended. */
class PushStreamTest {
    private ReceivingMember member;

    @BeforeEach
    void start() {
        member = new ReceivingMember();
    }

    @AfterEach
    void close() {
        member.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldContinueAndAcceptBeforeAnyByteOfTheBodyWhenExpected(StreamType type) throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(Request.stream(type).bytes());

            assertThat(peer.readHead().status()).isEqualTo(100);
            Head accepted = peer.readHead();
            assertThat(accepted.status()).isEqualTo(200);
            assertThat(accepted.headers())
                    .containsEntry("x-server-version", "3.6.0")
                    .containsEntry("x-etcd-cluster-id", "cafe")
                    .containsEntry("content-type", Protocol.OCTETS)
                    .containsEntry("transfer-encoding", "chunked")
                    .doesNotContainKeys("server", "date");
        }
    }

    @Test
    void shouldAcceptBeforeAnyByteOfTheBodyWhenNothingIsExpected() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(Request.stream(StreamType.MESSAGE).without("Expect").bytes());

            assertThat(peer.readHead().status()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldGiveMessagesToRaftInOrderAndUnaltered(StreamType type) throws Exception {
        Frames frames = new Frames(type);
        Message[] sent = IntStream.range(0, 1_000).mapToObj(frames::message).toArray(Message[]::new);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, type)) {
            peer.sendChunk(frames.of(sent));
            peer.readAcksUpTo(sent.length);
        }
        assertThat(member.processed).containsExactly(sent);
    }

    @Test
    void shouldTakeFramesThatCameWithTheHead() throws Exception {
        Frames frames = new Frames(StreamType.MESSAGE);
        byte[] frame = frames.of(frames.message(7));
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            String head = new String(Request.stream(StreamType.MESSAGE).bytes(), StandardCharsets.US_ASCII);
            peer.send(head + Integer.toHexString(frame.length) + "\r\n" + new String(frame, StandardCharsets.ISO_8859_1)
                    + "\r\n");
            await().until(() -> member.processed.size() == 1);
        }
        assertThat(member.processed).containsExactly(frames.message(7));
    }

    @Test
    void shouldCollectAFrameThatComesByteByByte() throws Exception {
        Frames frames = new Frames(StreamType.MSGAPP);
        byte[] bytes = frames.of(frames.message(1), frames.message(2));
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MSGAPP)) {
            for (byte each : bytes) {
                peer.sendChunk(new byte[] {each});
            }
            peer.readAcksUpTo(2);
        }
        assertThat(member.processed).containsExactly(frames.message(1), frames.message(2));
    }

    @Test
    void shouldEndTheAnswerWithTheLastCountWhenTheSenderEndsItsBody() throws Exception {
        Frames frames = new Frames(StreamType.MESSAGE);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            peer.sendChunk(frames.of(frames.message(1), frames.message(2), frames.message(3)));
            peer.endBody();

            assertThat(peer.readToEndOfAnswer()).isEqualTo(3);
        }
    }

    @Test
    void shouldLeaveTheConnectionToHttpWhenTheSenderEndedItsBody() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            peer.sendChunk(new Frames(StreamType.MESSAGE).linkHeartbeats(1));
            peer.endBody();
            peer.readToEndOfAnswer();
            // What would close the stream, were it still one.
            ScriptedPeer.onStream(member, StreamType.MESSAGE).close();

            peer.send(new Request("GET", Protocol.PROBING_PATH).bytes());
            assertThat(peer.readAnswer().status()).isEqualTo(200);
        }
    }

    @Test
    void shouldNotAcknowledgeWhatItRefusesAndGoOnWithTheStream() throws Exception {
        Frames frames = new Frames(StreamType.MESSAGE);
        Message own = frames.message(3);
        try (ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE)) {
            peer.sendChunk(frames.of(
                    frames.message(1).toBuilder().setTo(9).build(),
                    frames.message(2).toBuilder().setFrom(9).build(),
                    own));
            peer.endBody();

            assertThat(peer.readToEndOfAnswer()).isEqualTo(1);
        }
        assertThat(member.processed).containsExactly(own);
        assertThat(member.dropped(Lane.MESSAGE))
                .containsOnly(Map.entry(DropReason.TO_MISMATCH, 1L), Map.entry(DropReason.FROM_MISMATCH, 1L));
    }

    @Test
    void shouldReadTheStreamsOfDifferentPeersAndLanesIndependently() throws Exception {
        MemberId other = new MemberId(3);
        member.addPeer(other);
        Frames frames = new Frames(StreamType.MESSAGE);
        Frames apps = new Frames(StreamType.MSGAPP);
        try (ScriptedPeer messages = ScriptedPeer.onStream(member, StreamType.MESSAGE);
                ScriptedPeer msgApps = ScriptedPeer.onStream(member, StreamType.MSGAPP);
                ScriptedPeer others = new ScriptedPeer(member.url())) {
            others.send(Request.stream(StreamType.MESSAGE)
                    .with(Protocol.SERVER_FROM, other.toString())
                    .bytes());
            others.readHead();
            others.readHead();
            messages.sendChunk(frames.of(frames.message(1)));
            messages.readAcksUpTo(1);
            others.sendChunk(frames.of(
                    frames.message(1).toBuilder().setFrom(other.value()).build()));
            others.readAcksUpTo(1);
            msgApps.sendChunk(apps.of(apps.message(1)));
            msgApps.readAcksUpTo(1);
        }
    }
}
