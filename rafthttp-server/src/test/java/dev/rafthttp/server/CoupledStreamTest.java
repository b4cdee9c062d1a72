package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.Dialect;
import dev.rafthttp.IncompatibleVersionException;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.server.ScriptedPeer.Answer;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams that peers ask for, and a coupler answers when it likes to. */
class CoupledStreamTest {
    private final Coupler coupler = new Coupler();
    private final ReceivingMember member =
            new ReceivingMember(ReceivingMember.ID, ReceivingMember.PEER, Dialect.ETCD, coupler, builder -> builder);

    /** Keeps requests for the test to answer, and notes what it is told. */
    private static final class Coupler implements StreamCoupler {
        private final BlockingQueue<StreamRequest> requests = new LinkedBlockingQueue<>();
        private final List<String> events = new CopyOnWriteArrayList<>();

        @Override
        public void requested(MemberId peer, StreamType type, Direction direction, StreamRequest request) {
            events.add("requested " + type.label() + " " + direction);
            requests.add(request);
        }

        @Override
        public void opened(MemberId peer, StreamType type, Direction direction) {
            events.add("opened " + type.label() + " " + direction);
        }

        @Override
        public void closed(MemberId peer, StreamType type, Direction direction, Throwable cause) {
            events.add("closed " + type.label() + " " + direction);
        }

        private StreamRequest next() throws InterruptedException {
            return Objects.requireNonNull(requests.poll(20, TimeUnit.SECONDS), "no request");
        }
    }

    @AfterEach
    void close() {
        member.close();
    }

    private void awaitEvents(String... events) {
        await().untilAsserted(() -> assertThat(coupler.events).containsExactly(events));
    }

    private Peer peer() {
        return Objects.requireNonNull(member.peers.get(ReceivingMember.PEER));
    }

    private ScriptedPeer asking(StreamType type) throws Exception {
        ScriptedPeer peer = new ScriptedPeer(member.url());
        peer.send(Request.pull(type).bytes());
        return peer;
    }

    @Test
    void shouldAnswerNothingBeforeItIsAcceptedOnAnotherThread() throws Exception {
        try (ScriptedPeer reader = asking(StreamType.MSGAPP)) {
            StreamCoupler.StreamRequest request = coupler.next();
            await().during(Duration.ofMillis(300)).until(() -> !reader.hasAnswer());
            assertThat(peer().isAttached(StreamType.MSGAPP)).isFalse();

            request.accept();

            assertThat(reader.readHead().status()).isEqualTo(200);
            awaitEvents("requested msgapp OUTBOUND", "opened msgapp OUTBOUND");
        }
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(new RemovedMemberException(ReceivingMember.PEER, "gone"), 410, "removed member"),
                Arguments.of(new IncompatibleVersionException("old"), 412, "incompatible version"),
                Arguments.of(new ClusterMismatchException("other"), 412, "cluster ID mismatch"),
                Arguments.of(new PeerUnreachableException("down"), 503, "peer unreachable"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void shouldRefuseInEtcdsWordsWhenTheOtherHalfIsRefused(RaftTransportException cause, int status, String body)
            throws Exception {
        try (ScriptedPeer reader = asking(StreamType.MESSAGE)) {
            coupler.next().refuse(cause);

            Answer answer = reader.readAnswer();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.body()).isEqualTo(body + "\n");
            assertThat(answer.header("X-Server-Version")).isEqualTo("3.6.0");
        }
        awaitEvents("requested message OUTBOUND");
    }

    @Test
    void shouldCountTheFirstAnswerOnly() throws Exception {
        try (ScriptedPeer reader = asking(StreamType.MESSAGE)) {
            StreamCoupler.StreamRequest request = coupler.next();
            request.accept();
            request.refuse(new PeerUnreachableException("too late"));
            request.accept();

            assertThat(reader.readHead().status()).isEqualTo(200);
            awaitEvents("requested message OUTBOUND", "opened message OUTBOUND");
        }
    }

    @Test
    void shouldTellOfTheEndOnceWhenTheStreamIsClosed() throws Exception {
        try (ScriptedPeer reader = asking(StreamType.MESSAGE)) {
            coupler.next().accept();
            assertThat(reader.readHead().status()).isEqualTo(200);
            awaitEvents("requested message OUTBOUND", "opened message OUTBOUND");

            for (int i = 0; i < 3; i++) {
                peer().closeStream(
                                StreamType.MESSAGE,
                                StreamCoupler.Direction.OUTBOUND,
                                new PeerUnreachableException("the other half is gone"));
            }

            assertThat(reader.isCut()).isTrue();
        }
        awaitEvents("requested message OUTBOUND", "opened message OUTBOUND", "closed message OUTBOUND");
    }

    @Test
    void shouldTellOfTheOlderEndBeforeTheNewerBeginningWhenItIsReplaced() throws Exception {
        try (ScriptedPeer older = asking(StreamType.MESSAGE)) {
            coupler.next().accept();
            awaitEvents("requested message OUTBOUND", "opened message OUTBOUND");
            try (ScriptedPeer newer = asking(StreamType.MESSAGE)) {
                coupler.next().accept();

                assertThat(newer.readHead().status()).isEqualTo(200);
                older.readHead();
                assertThat(older.isCut()).isTrue();
                awaitEvents(
                        "requested message OUTBOUND",
                        "opened message OUTBOUND",
                        "requested message OUTBOUND",
                        "closed message OUTBOUND",
                        "opened message OUTBOUND");
            }
        }
    }

    @Test
    void shouldOpenAndEndTheStreamWhenItIsAcceptedAfterTheReaderHungUp() throws Exception {
        asking(StreamType.MESSAGE).close();
        StreamCoupler.StreamRequest request = coupler.next();

        request.accept();

        await().until(() -> {
            peer().send(new Frames(StreamType.MESSAGE)
                    .message(1).toBuilder().setTo(ReceivingMember.PEER.value()).build());
            return coupler.events.contains("closed message OUTBOUND");
        });
        awaitEvents("requested message OUTBOUND", "opened message OUTBOUND", "closed message OUTBOUND");
        await().until(() -> member.connections() == 0);
    }

    @Test
    void shouldTellOfAPushedStreamOnceItBegins() throws Exception {
        try (ReceivingMember pushedTo = new ReceivingMember(
                        ReceivingMember.ID, ReceivingMember.PEER, Dialect.PUSH, coupler, builder -> builder);
                ScriptedPeer writer = new ScriptedPeer(pushedTo.url())) {
            writer.send(Request.stream(StreamType.MESSAGE).bytes());
            coupler.next().accept();
            assertThat(writer.readHead().status()).isEqualTo(100);
            assertThat(writer.readHead().status()).isEqualTo(200);
            writer.sendChunk(new Frames(StreamType.MESSAGE).linkHeartbeats(1));
            awaitEvents("requested message INBOUND", "opened message INBOUND");
        }
        awaitEvents("requested message INBOUND", "opened message INBOUND", "closed message INBOUND");
    }

    @Test
    void shouldRefuseByItselfWithoutAskingWhenThePeerMayHaveNoStream() throws Exception {
        member.removed.add(ReceivingMember.PEER);

        assertThat(ScriptedPeer.exchange(member, Request.pull(StreamType.MESSAGE), new byte[0])
                        .status())
                .isEqualTo(410);
        assertThat(coupler.events).isEmpty();
    }
}
