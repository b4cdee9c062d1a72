package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.StreamType;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.server.ScriptedPeer.Answer;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /raft}: what is taken, what is refused and how, and what it costs. */
class PipelineServletTest {
    private static final int LIMIT = 1 << 20;
    private static final String TOO_LARGE = "raft message too large (the limit is 1048576 bytes)";
    private static final Message VOTE = Frames.message(MessageType.MsgVote, 7);
    private static final byte[] BODY = VOTE.toByteArray();

    private ReceivingMember member;

    @BeforeEach
    void start() {
        member = new ReceivingMember(builder -> builder.maxPostBytes(LIMIT));
    }

    @AfterEach
    void close() {
        member.close();
    }

    static Stream<Arguments> refusals() {
        byte[] noMessage = {0x0f};
        return Stream.of(
                refusal("other method", new Request("GET", Protocol.PIPELINE_PATH), BODY, 405, "Method Not Allowed"),
                refusal("not running", post(), m -> m.running = false, BODY, 503, "transport not running"),
                refusal("no version", post().without(Protocol.SERVER_VERSION), BODY, 412, "incompatible version"),
                refusal(
                        "minimum above ours",
                        post().with(Protocol.MIN_CLUSTER_VERSION, "4.0.0"),
                        BODY,
                        412,
                        "incompatible version"),
                refusal("other cluster", post().with(Protocol.CLUSTER_ID, "beef"), BODY, 412, "cluster ID mismatch"),
                refusal(
                        "removed",
                        post(),
                        m -> m.removed.add(ReceivingMember.PEER),
                        BODY,
                        403,
                        "cannot process message from removed member"),
                refusal(
                        "message of a removed member",
                        post().without(Protocol.SERVER_FROM),
                        m -> m.removed.add(ReceivingMember.PEER),
                        BODY,
                        403,
                        "cannot process message from removed member"),
                refusal(
                        "encoded",
                        post().with("Content-Encoding", "gzip"),
                        BODY,
                        415,
                        "Unsupported Media Type (Content-Encoding \"gzip\": expected a body that is not encoded)"),
                refusal("for another member", to(9), 412, "to field mismatch"),
                refusal("from another member", from(9), 404, "invalid from"),
                refusal("from nobody", from(0), 404, "invalid from"),
                refusal("sender without an ID", post().with(Protocol.SERVER_FROM, "b!"), BODY, 404, "invalid from"),
                refusal("local type", type(MessageType.MsgHup), 400, "wrong raft message type"),
                refusal("zero bytes", new byte[0], 400, "error unmarshalling raft message"),
                refusal(
                        "zero bytes of nobody",
                        Request.post(0).without(Protocol.SERVER_FROM),
                        new byte[0],
                        400,
                        "error unmarshalling raft message"),
                // Not 403, which would tell the member that forwards it that it has been removed itself.
                refusal(
                        "forwarded for a removed member",
                        Request.post(forwarded(9).length),
                        m -> m.removed.add(new MemberId(9)),
                        forwarded(9),
                        404,
                        "invalid from"),
                refusal("no message", Request.post(1), noMessage, 400, "error unmarshalling raft message"),
                refusal(
                        "truncated message",
                        Request.post(BODY.length - 1),
                        Arrays.copyOf(BODY, BODY.length - 1),
                        400,
                        "error unmarshalling raft message"),
                refusal("too long", Request.post(LIMIT + 1), new byte[0], 413, TOO_LARGE),
                refusal(
                        "Raft failed",
                        post(),
                        m -> m.raft = message -> {
                            throw new IllegalStateException("no leader");
                        },
                        BODY,
                        500,
                        "error processing raft message"),
                refusal(
                        "Raft is closing",
                        post(),
                        m -> m.raft = message -> {
                            throw new RejectedExecutionException("closed");
                        },
                        BODY,
                        503,
                        "closing, takes no raft message"),
                refusal(
                        "paused",
                        post(),
                        m -> m.peers.get(ReceivingMember.PEER).setPaused(true),
                        BODY,
                        500,
                        "error processing raft message"));
    }

    private static byte[] to(long member) {
        return VOTE.toBuilder().setTo(member).build().toByteArray();
    }

    private static byte[] from(long member) {
        return VOTE.toBuilder().setFrom(member).build().toByteArray();
    }

    private static byte[] type(MessageType type) {
        return VOTE.toBuilder().setType(type).build().toByteArray();
    }

    private static byte[] forwarded(long member) {
        return VOTE.toBuilder()
                .setType(MessageType.MsgProp)
                .setFrom(member)
                .build()
                .toByteArray();
    }

    private static Request post() {
        return Request.post(BODY.length);
    }

    private static Arguments refusal(String what, byte[] body, int status, String words) {
        return refusal(what, Request.post(body.length), body, status, words);
    }

    private static Arguments refusal(String what, Request request, byte[] body, int status, String words) {
        return refusal(what, request, member -> {}, body, status, words);
    }

    private static Arguments refusal(
            String what, Request request, Consumer<ReceivingMember> given, byte[] body, int status, String words) {
        return Arguments.of(what, request, given, body, status, words);
    }

    @ParameterizedTest(name = "{0}: {4} {5}")
    @MethodSource("refusals")
    void shouldRefuseInEtcdsWords(
            String what, Request request, Consumer<ReceivingMember> given, byte[] body, int status, String words)
            throws Exception {
        given.accept(member);

        Answer answer = ScriptedPeer.exchange(member, request, body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(words + "\n");
        assertThat(answer.header("Content-Type")).isEqualTo("text/plain;charset=utf-8");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.header("Allow")).isEqualTo(status == 405 ? "POST" : null);
        assertThat(answer.header("X-Etcd-Cluster-ID")).isEqualTo(status == 405 ? null : "cafe");
        assertThat(member.processed).isEmpty();
    }

    /** Such a client writes everything, and looks for an answer after that: what is unread at the close resets the answer. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellTheLimitToASenderThatWritesFirst(boolean isChunked) throws Exception {
        byte[] body = new byte[16 * LIMIT];
        Request request = isChunked
                ? Request.post(0).without("Content-Length").with("Transfer-Encoding", "chunked")
                : Request.post(body.length);
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(request.bytes());
            if (isChunked) {
                peer.sendChunk(body);
                peer.endBody();
            } else {
                peer.send(body);
            }

            Answer answer = peer.readAnswer();

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.body()).isEqualTo(TOO_LARGE + "\n");
        }
    }

    @Test
    void shouldRefuseAMessageWhenItWouldBecomeMoreThanTheLimitOnceItIsDecoded() throws Exception {
        // Entries of no bytes.
        byte[] body = new byte[LIMIT];
        for (int i = 0; i < LIMIT; i += 2) {
            body[i] = 0x3a;
        }

        Answer answer = ScriptedPeer.exchange(member, Request.post(LIMIT), body);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(member.processed).isEmpty();
        assertThat(member.received.bytes()).isZero();
    }

    @Test
    void shouldRefuseABodyWhenAllThatIsBeingReceivedLeavesNoRoom() throws Exception {
        byte[] body = Message.newBuilder(VOTE)
                .setContext(ByteString.copyFrom(new byte[LIMIT - 100]))
                .build()
                .toByteString()
                .toByteArray();
        MemoryBudget.Charge others = member.received.open();
        others.cover(member.received.maxBytes());

        Answer answer = ScriptedPeer.exchange(member, Request.post(body.length), body);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("no memory for the raft message\n");
        // What is small is taken all the same.
        assertThat(ScriptedPeer.exchange(member, post(), BODY).status()).isEqualTo(204);

        others.close();
        assertThat(ScriptedPeer.exchange(member, Request.post(body.length), body)
                        .status())
                .isEqualTo(204);
        assertThat(member.received.bytes()).isZero();
    }

    @Test
    void shouldAnswerWithoutBodyWhenRaftHasTakenTheMessage() throws Exception {
        Answer answer = ScriptedPeer.exchange(member, post(), BODY);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header("X-Etcd-Cluster-ID")).isEqualTo("cafe");
        assertThat(member.processed).containsExactly(VOTE);
        assertThat(member.peers.get(ReceivingMember.PEER).status().received()).isEqualTo(1);
    }

    @Test
    void shouldTakeWhatThePeerForwardsForAnotherMemberAndTellWhoForwardsIt() throws Exception {
        byte[] body = forwarded(9);

        assertThat(ScriptedPeer.exchange(member, Request.post(body.length), body)
                        .status())
                .isEqualTo(204);
        assertThat(member.processed).hasSize(1);
        assertThat(member.senders).containsExactly(ReceivingMember.PEER);
    }

    @Test
    void shouldCountWhatItRefusesAndKeepTheConnection() throws Exception {
        byte[] misaddressed = to(9);
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(Request.post(misaddressed.length).bytes());
            peer.send(misaddressed);
            assertThat(peer.readAnswer().status()).isEqualTo(412);

            peer.send(post().bytes());
            peer.send(BODY);
            assertThat(peer.readAnswer().status()).isEqualTo(204);
        }
        assertThat(member.processed).containsExactly(VOTE);
        assertThat(member.dropped(Lane.PIPELINE)).containsExactly(Map.entry(DropReason.TO_MISMATCH, 1L));
    }

    @Test
    void shouldAnswerOnlyAfterRaftHasTakenTheMessage() throws Exception {
        member.room.holdWhen(message -> true);
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(post().bytes());
            peer.send(BODY);
            await().until(() -> member.room.held() == 1);
            assertThat(peer.hasAnswer()).isFalse();

            member.room.release();
            assertThat(peer.readAnswer().status()).isEqualTo(204);
        }
    }

    @Test
    void shouldTakeTheMessageOfAMemberThatIsNoPeerAndIntroduceIt() throws Exception {
        MemberId stranger = new MemberId(0x77);
        byte[] body = VOTE.toBuilder().setFrom(stranger.value()).build().toByteArray();

        Answer answer = ScriptedPeer.exchange(
                member, Request.post(body.length).with(Protocol.SERVER_FROM, stranger.toString()), body);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(member.processed).hasSize(1);
        assertThat(member.introduced).containsOnly(Map.entry(stranger, "http://127.0.0.1:2380"));
    }

    @Test
    void shouldTakeAChunkedBodyThatComesInPieces() throws Exception {
        Message large = VOTE.toBuilder()
                .addEntries(Entry.newBuilder().setData(ByteString.copyFrom(new byte[LIMIT / 2])))
                .build();
        byte[] body = large.toByteArray();
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(chunkedPost().bytes());
            for (int from = 0; from < body.length; from += 1000) {
                peer.sendChunk(Arrays.copyOfRange(body, from, Math.min(body.length, from + 1000)));
            }
            peer.endBody();
            assertThat(peer.readAnswer().status()).isEqualTo(204);
        }
        assertThat(member.processed).containsExactly(large);
    }

    @Test
    void shouldRefuseAChunkedBodyWhenItGrowsAboveTheLimit() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(chunkedPost().bytes());
            peer.sendChunk(new byte[LIMIT]);
            peer.sendChunk(new byte[1]);

            assertThat(peer.readAnswer().status()).isEqualTo(413);
        }
        assertThat(member.processed).isEmpty();
    }

    @Test
    void shouldRefuseAnExpectedBodyBeforeItIsSentWhenItsLengthIsAboveTheLimit() throws Exception {
        Answer answer =
                ScriptedPeer.exchange(member, Request.post(LIMIT + 1).with("Expect", "100-continue"), new byte[0]);

        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void shouldRefuseABodyWhenItsChunkedCodingIsBroken() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(chunkedPost().bytes());
            peer.sendChunk(BODY);
            peer.send("no chunk\r\n");

            Answer answer = peer.readAnswer();
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.body()).isEqualTo("error reading raft message\n");
        }
        assertThat(member.processed).isEmpty();
    }

    @Test
    void shouldDropAMessageWhoseSenderGoesAwayWithinIt() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(Request.post(BODY.length + 1).bytes());
            peer.send(BODY);
            await().until(() -> member.connections() == 1);
        }
        await().until(() -> member.connections() == 0);
        assertThat(member.processed).isEmpty();
    }

    /** The announced lengths add up to at least four times what the JVM of the tests has. */
    @Test
    void shouldTakeMemoryForWhatArrivedOnlyWhenManyAnnounceMuch() throws Exception {
        int announced = 1 << 30;
        long posts = 4 * Math.max(1, Runtime.getRuntime().maxMemory() / announced);
        member.close();
        member = new ReceivingMember(builder -> builder.maxPostBytes(announced));
        List<ScriptedPeer> slow = new ArrayList<>();
        try {
            for (int i = 0; i < posts; i++) {
                ScriptedPeer peer = new ScriptedPeer(member.url());
                slow.add(peer);
                peer.send(Request.post(announced).bytes());
                peer.send(BODY);
            }
            assertThat(ScriptedPeer.exchange(member, post(), BODY).status()).isEqualTo(204);
        } finally {
            for (ScriptedPeer peer : slow) {
                peer.close();
            }
        }
    }

    @Test
    void shouldHoldNoThreadWhileABodyIsSlow() throws Exception {
        List<ScriptedPeer> slow = new ArrayList<>();
        try {
            // More than there are threads.
            for (int i = 0; i <= member.threads().getMaxThreads(); i++) {
                ScriptedPeer peer = new ScriptedPeer(member.url());
                slow.add(peer);
                peer.send(post().bytes());
                peer.send(Arrays.copyOf(BODY, 1));
            }
            assertThat(ScriptedPeer.exchange(member, post(), BODY).status()).isEqualTo(204);
            ScriptedPeer.onStream(member, StreamType.MESSAGE).close();
        } finally {
            for (ScriptedPeer peer : slow) {
                peer.close();
            }
        }
    }

    private static Request chunkedPost() {
        return Request.post(0).without("Content-Length").with("Transfer-Encoding", "chunked");
    }
}
