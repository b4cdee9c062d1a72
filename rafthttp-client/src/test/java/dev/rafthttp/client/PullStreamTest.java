package dev.rafthttp.client;

import static dev.rafthttp.client.ScriptedPeer.PULL_MESSAGE;
import static dev.rafthttp.client.ScriptedPeer.PULL_MSGAPP;
import static dev.rafthttp.client.Transports.LOCAL;
import static dev.rafthttp.client.Transports.REMOTE;
import static dev.rafthttp.client.Transports.app;
import static dev.rafthttp.client.Transports.fromPeer;
import static dev.rafthttp.client.Transports.heartbeat;
import static dev.rafthttp.client.Transports.lane;
import static dev.rafthttp.client.Transports.pullConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.GoldenStream;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.fixture.Seed;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A stream of etcd's dialect that the peer lets us read: its dial, and what comes on it. */
class PullStreamTest {
    /** What Raft addresses to itself; a capture of all types has them, though no Raft sends them. */
    private static final Set<MessageType> LOCAL_TYPES = EnumSet.of(
            MessageType.MsgHup,
            MessageType.MsgBeat,
            MessageType.MsgUnreachable,
            MessageType.MsgSnapStatus,
            MessageType.MsgCheckQuorum,
            MessageType.MsgStorageAppend,
            MessageType.MsgStorageAppendResp,
            MessageType.MsgStorageApply,
            MessageType.MsgStorageApplyResp,
            MessageType.MsgForgetLeader);

    private final RecordingCallback raft = new RecordingCallback();
    private final ScriptedPeer peer;
    private PeerManager manager = new PeerManager(pullConfig().build(), raft);

    PullStreamTest() throws IOException {
        peer = ScriptedPeer.listening().writeStreams(LOCAL.toString());
    }

    @AfterEach
    void close() {
        manager.close();
        peer.close();
    }

    private void start(TransportConfig.Builder config) {
        manager = Transports.started(config, raft, peer.url());
    }

    private static byte[] frames(Lane lane, Message... messages) {
        return ScriptedAnswer.frames(lane, List.of(messages));
    }

    private static Message messageOf(Lane lane, long number) {
        return fromPeer(lane == Lane.MSGAPP ? app(number) : heartbeat(number));
    }

    /** etcd's own adds what Go's client says of itself, {@code User-Agent} and {@code Accept-Encoding}, and no more. */
    @Test
    void shouldAskAsEtcdDoesWhenItDials() {
        start(pullConfig());
        peer.awaitAnswer(Lane.MSGAPP);
        peer.awaitAnswer(Lane.MESSAGE);

        for (String request : List.of(PULL_MSGAPP, PULL_MESSAGE)) {
            assertThat(peer.heads(request))
                    .singleElement()
                    .satisfies(head -> assertThat(head.knownFields())
                            .containsExactlyInAnyOrder(
                                    "Host: 127.0.0.1:" + peer.url().getPort(),
                                    "X-Server-From: a1",
                                    "X-Server-Version: 3.6.0",
                                    "X-Min-Cluster-Version: 3.0.0",
                                    "X-Etcd-Cluster-ID: c1",
                                    "X-Rafthttp-Instance: (a UUID)",
                                    "X-PeerURLs: http://10.0.0.1:2380,http://10.0.0.2:2380",
                                    "X-Raft-To: b2"));
        }
    }

    @ParameterizedTest
    @MethodSource("dev.rafthttp.fixture.GoldenStream#all")
    void shouldGiveRaftWhatEtcdWroteWhenItIsCutAnywhere(GoldenStream golden) throws IOException {
        long seed = Seed.or(20261125);
        Random random = new Random(seed);
        MemberId reader = new MemberId(GoldenStream.READER);
        peer.writeStreams(reader.toString());
        manager = new PeerManager(
                TransportConfig.builder(reader, new ClusterId(0xc1))
                        .peerDialect(Dialect.ETCD)
                        .dialTimeout(Duration.ofSeconds(10))
                        .pullStreams(Duration.ofSeconds(20), Duration.ofMillis(10))
                        .build(),
                raft);
        manager.addPeer(new MemberId(GoldenStream.WRITER), List.of(peer.url()));
        manager.start();
        ScriptedAnswer answer = peer.awaitAnswer(golden.lane());

        int most = Math.max(16, golden.bytes().length / 50);
        for (int at = 0; at < golden.bytes().length; ) {
            int to = Math.min(golden.bytes().length, at + 1 + random.nextInt(most));
            answer.send(Arrays.copyOfRange(golden.bytes(), at, to));
            at = to;
        }

        List<Message> forRaft = golden.messages().stream()
                .filter(each -> !LOCAL_TYPES.contains(each.getType()))
                .toList();
        long refused = golden.messages().size() - forRaft.size();
        await(Seed.howToRepeat(seed))
                .until(() -> raft.processed().size() >= forRaft.size() && localTypesDropped(golden.lane()) >= refused);
        // Proposals have a queue of their own, so that one that waits for a leader holds up nothing.
        assertThat(others(raft.processed())).isEqualTo(others(forRaft));
        assertThat(proposals(raft.processed())).isEqualTo(proposals(forRaft));
        assertThat(localTypesDropped(golden.lane())).isEqualTo(refused);
    }

    private long localTypesDropped(Lane lane) {
        return lane(manager, lane).dropped().getOrDefault(DropReason.LOCAL_TYPE, 0L);
    }

    private static List<Message> proposals(List<Message> messages) {
        return messages.stream()
                .filter(each -> each.getType() == MessageType.MsgProp)
                .toList();
    }

    private static List<Message> others(List<Message> messages) {
        return messages.stream()
                .filter(each -> each.getType() != MessageType.MsgProp)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"MSGAPP", "MESSAGE"})
    void shouldKeepLinkHeartbeatsFromRaft(Lane lane) throws IOException {
        start(pullConfig());
        ScriptedAnswer answer = peer.awaitAnswer(lane);

        for (int i = 0; i < 10; i++) {
            answer.send(ScriptedAnswer.linkHeartbeat(lane));
        }
        answer.send(frames(lane, messageOf(lane, 1)));

        await().until(() -> !raft.processed().isEmpty());
        assertThat(raft.processed()).containsExactly(messageOf(lane, 1));
    }

    @Test
    void shouldKeepTheStreamWhenItsFirstFrameComesLongAfterTheDialTimeout() throws IOException {
        start(pullConfig().dialTimeout(Duration.ofSeconds(2)));
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);

        await().during(Duration.ofMillis(2_500)).until(() -> !answer.isClosed());

        answer.send(frames(Lane.MESSAGE, messageOf(Lane.MESSAGE, 1)));
        await().until(() -> raft.processed().equals(List.of(messageOf(Lane.MESSAGE, 1))));
    }

    @Test
    void shouldGiveAMessageToRaftWholeWhenItIsLargerThanEveryBuffer() throws IOException {
        start(pullConfig());
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MSGAPP);
        Message large = fromPeer(app(7, 20 << 20));

        answer.send(frames(Lane.MSGAPP, large, fromPeer(app(8))));

        await().until(() -> raft.processed().size() == 2);
        assertThat(raft.processed().get(0).equals(large)).isTrue();
        assertThat(raft.processed().get(1)).isEqualTo(fromPeer(app(8)));
    }

    @Test
    void shouldKeepTheOrderOfALaneWhenManyMessagesComeAtOnce() throws IOException {
        start(pullConfig());
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MSGAPP);
        List<Message> sent = LongStream.range(0, 5_000)
                .mapToObj(index -> fromPeer(app(index)))
                .toList();

        answer.send(ScriptedAnswer.frames(Lane.MSGAPP, sent));

        await().until(() -> raft.processed().size() == sent.size());
        assertThat(raft.processed()).isEqualTo(sent);
    }

    @Test
    void shouldReadTheOtherLaneWhenRaftHoldsOneUp() throws Exception {
        raft.room().holdWhen(message -> message.getType() == MessageType.MsgApp);
        start(pullConfig());
        peer.awaitAnswer(Lane.MSGAPP).send(frames(Lane.MSGAPP, messageOf(Lane.MSGAPP, 1)));

        peer.awaitAnswer(Lane.MESSAGE).send(frames(Lane.MESSAGE, messageOf(Lane.MESSAGE, 1)));

        await().until(() -> raft.processed().equals(List.of(messageOf(Lane.MESSAGE, 1))));
        raft.room().release();
        await().until(() -> raft.processed().size() == 2);
    }

    @ParameterizedTest
    @EnumSource(names = {"MSGAPP", "MESSAGE"})
    void shouldGoOnWithTheNextMessageWhenRaftFailsToTakeOne(Lane lane) throws IOException {
        raft.onProcess(message -> {
            if (message.equals(messageOf(lane, 1))) {
                throw new IOException("a disk is full");
            }
        });
        start(pullConfig());
        ScriptedAnswer answer = peer.awaitAnswer(lane);

        answer.send(frames(lane, messageOf(lane, 1), messageOf(lane, 2)));

        await().until(() -> raft.processed().equals(List.of(messageOf(lane, 2))));
        assertThat(answer.isClosed()).isFalse();
    }

    @Test
    void shouldDialAgainWhenRaftFailsWithAnError() throws IOException {
        failWithAnErrorAtCommit1();
        start(pullConfig());
        ScriptedAnswer answer = peer.awaitAnswer(Lane.MESSAGE);
        await("the answer's head to be read")
                .until(() -> manager.activeSince(REMOTE).isPresent());
        answer.send(frames(Lane.MESSAGE, messageOf(Lane.MESSAGE, 1)));

        peer.awaitAnswer(Lane.MESSAGE).send(frames(Lane.MESSAGE, messageOf(Lane.MESSAGE, 2)));

        await().until(() -> raft.processed().equals(List.of(messageOf(Lane.MESSAGE, 2))));
    }

    @Test
    void shouldDialAgainWhenRaftFailsWithAnErrorOnWhatComesWithTheAnswersHead() throws IOException {
        failWithAnErrorAtCommit1();
        peer.on(PULL_MESSAGE, (head, in, out) -> {
            peer.writeStreams(LOCAL.toString());
            ScriptedAnswer answer = new ScriptedAnswer(in, out);
            answer.acceptWith(frames(Lane.MESSAGE, messageOf(Lane.MESSAGE, 1)));
            answer.awaitEnd();
        });
        start(pullConfig());

        peer.awaitAnswer(Lane.MESSAGE).send(frames(Lane.MESSAGE, messageOf(Lane.MESSAGE, 2)));

        await().until(() -> raft.processed().equals(List.of(messageOf(Lane.MESSAGE, 2))));
    }

    private void failWithAnErrorAtCommit1() {
        raft.onProcess(message -> {
            if (message.getCommit() == 1) {
                throw new StackOverflowError("Raft recurses");
            }
        });
    }

    @Test
    void shouldBeActiveWhileAStreamIsRead() throws IOException {
        start(pullConfig().redial(Duration.ofMillis(10), Duration.ofMillis(10), Duration.ofMinutes(10)));
        ScriptedAnswer message = peer.awaitAnswer(Lane.MESSAGE);
        ScriptedAnswer msgApp = peer.awaitAnswer(Lane.MSGAPP);
        await().until(() -> manager.activeSince(REMOTE).isPresent());
        for (String request : List.of(PULL_MSGAPP, PULL_MESSAGE)) {
            peer.answer(request, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        }

        message.end();
        await().until(() -> peer.heads(PULL_MESSAGE).size() > 1);
        assertThat(manager.activeSince(REMOTE)).as("one stream is left").isPresent();
        msgApp.end();

        await().until(() -> manager.activeSince(REMOTE).isEmpty());
    }
}
