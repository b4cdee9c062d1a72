package dev.rafthttp.server;

import static dev.rafthttp.server.SnapshotPosts.MESSAGE;
import static dev.rafthttp.server.SnapshotPosts.body;
import static dev.rafthttp.server.SnapshotPosts.chunked;
import static dev.rafthttp.server.SnapshotPosts.snapshot;
import static dev.rafthttp.server.SnapshotPosts.withLength;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.FileSnapshotStore;
import dev.rafthttp.IncompatibleVersionException;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotReceiver;
import dev.rafthttp.SnapshotStoreException;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.server.ScriptedPeer.Answer;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code POST /raft/snapshot}: what is stored, what is refused and how, and what is never taken for whole. */
class SnapshotServletTest {
    private static final int LIMIT = 1 << 20;
    private static final byte[] DATABASE = database();
    private static final byte[] BODY = body(MESSAGE, DATABASE);
    private static final int HEAD = BODY.length - DATABASE.length;

    @TempDir
    private Path folder;

    private ReceivingMember member;
    private FileSnapshotStore store;

    private static byte[] database() {
        byte[] bytes = new byte[300_000];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void start() {
        member = new ReceivingMember(builder -> builder.maxPostBytes(LIMIT));
        store = new FileSnapshotStore(folder);
        member.snapshots = SnapshotReceiver.storing(store, member);
    }

    @AfterEach
    void close() {
        member.close();
    }

    private Set<String> stored() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return new TreeSet<>(
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    private void expectNothingTaken() throws IOException {
        assertThat(stored()).isEmpty();
        assertThat(member.processed).isEmpty();
    }

    private static Request post() {
        return withLength(BODY.length);
    }

    @Test
    void shouldStoreAndProcessWhatEtcdSent() throws Exception {
        byte[] golden = SnapshotPosts.golden();
        int length = (int) ByteBuffer.wrap(golden).getLong();
        Message sent = Message.parseFrom(ByteBuffer.wrap(golden, Long.BYTES, length));
        member.close();
        member = new ReceivingMember(
                new MemberId(sent.getTo()),
                ReceivingMember.PEER,
                Dialect.ETCD,
                StreamCoupler.NONE,
                builder -> builder.maxPostBytes(LIMIT));
        member.snapshots = SnapshotReceiver.storing(store, member);
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(chunked().with(Protocol.SERVER_FROM, "8e9e05c52164694d").bytes());
            for (int from = 0; from < golden.length; from += 32 << 10) {
                peer.sendChunk(Arrays.copyOfRange(golden, from, Math.min(golden.length, from + (32 << 10))));
            }
            peer.endBody();

            assertThat(peer.readAnswer().status()).isEqualTo(204);
        }
        Message message = member.processed.element();
        assertThat(message.toByteArray()).isEqualTo(Arrays.copyOfRange(golden, Long.BYTES, Long.BYTES + length));
        assertThat(message.getSnapshot().getMetadata().getIndex()).isEqualTo(100_001);
        assertThat(store.path(6, 100_001)).hasSize(307_205);
        assertThat(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256")
                                .digest(Files.readAllBytes(store.path(6, 100_001)))))
                .isEqualTo("fb6687f93e5ad51582ce84214f85d3af575fb9a1ddf5d85bd27ce9f1a51fe8c5");
        assertThat(member.introduced).containsKey(MemberId.parse("8e9e05c52164694d"));
    }

    @Test
    void shouldStoreAndProcessAndCountWhenABodyHasALength() throws Exception {
        Answer answer = ScriptedPeer.exchange(member, post(), BODY);

        assertThat(answer.status()).isEqualTo(204);
        assertThat(answer.header(Protocol.CLUSTER_ID)).isEqualTo("cafe");
        assertThat(store.path(6, 42)).hasBinaryContent(DATABASE);
        assertThat(member.processed).containsExactly(MESSAGE);
        assertThat(member.snapshotOutcomes).containsExactly("received " + BODY.length);
        assertThat(member.peers.get(ReceivingMember.PEER).status().received()).isEqualTo(1);
    }

    @Test
    void shouldTakeAnEmptyDatabase() throws Exception {
        Answer answer = ScriptedPeer.exchange(member, withLength(HEAD), Arrays.copyOf(BODY, HEAD));

        assertThat(answer.status()).isEqualTo(204);
        assertThat(store.path(6, 42)).isEmptyFile();
    }

    @Test
    void shouldTakeSeveralOnOneConnection() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            for (int i = 0; i < 3; i++) {
                peer.send(post().bytes());
                peer.send(BODY);
                assertThat(peer.readAnswer().status()).isEqualTo(204);
            }
        }
        assertThat(member.processed).hasSize(3);
    }

    @Test
    void shouldAskForTheBodyWhenTheSenderExpectsThat() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(post().with("Expect", "100-continue").bytes());
            assertThat(peer.readHead().status()).isEqualTo(100);
            peer.send(BODY);
            assertThat(peer.readAnswer().status()).isEqualTo(204);
        }
    }

    @Test
    void shouldAnswerOnlyAfterRaftHasTakenTheMessage() throws Exception {
        member.room.holdWhen(message -> true);
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(post().bytes());
            peer.send(BODY);
            await().until(() -> member.room.held() == 1);
            assertThat(store.path(6, 42)).hasBinaryContent(DATABASE);
            assertThat(peer.hasAnswer()).isFalse();

            member.room.release();
            assertThat(peer.readAnswer().status()).isEqualTo(204);
        }
    }

    static Stream<Arguments> refusals() {
        byte[] append = body(Frames.message(MessageType.MsgApp, 7), DATABASE);
        byte[] heartbeat =
                body(Message.newBuilder().setType(MessageType.MsgHeartbeat).build(), DATABASE);
        byte[] noMessage = HexFormat.of().parseHex("0000000000000001" + "0f");
        return Stream.of(
                refusal("other method", new Request("GET", Protocol.SNAPSHOT_PATH), 405, "Method Not Allowed"),
                refusal("not running", post(), m -> m.running = false, 503, "transport not running"),
                refusal("no version", post().without(Protocol.SERVER_VERSION), 412, "incompatible version"),
                refusal(
                        "minimum above ours",
                        post().with(Protocol.MIN_CLUSTER_VERSION, "4.0.0"),
                        412,
                        "incompatible version"),
                refusal("other cluster", post().with(Protocol.CLUSTER_ID, "beef"), 412, "cluster ID mismatch"),
                refusal("no cluster", post().without(Protocol.CLUSTER_ID), 412, "cluster ID mismatch"),
                refusal(
                        "removed",
                        post(),
                        m -> m.removed.add(ReceivingMember.PEER),
                        403,
                        "cannot process message from removed member"),
                refusal(
                        "message of a removed member",
                        post().without(Protocol.SERVER_FROM),
                        m -> m.removed.add(ReceivingMember.PEER),
                        403,
                        "cannot process message from removed member"),
                refusal(
                        "encoded",
                        post().with("Content-Encoding", "gzip"),
                        415,
                        "Unsupported Media Type (Content-Encoding \"gzip\": expected a body that is not encoded)"),
                refusal("no snapshot", append, 400, "wrong raft message type"),
                refusal("link heartbeat", heartbeat, 400, "wrong raft message type"),
                refusal("for another member", body(snapshot(42).setTo(9).build(), DATABASE), 412, "to field mismatch"),
                refusal("from another member", body(snapshot(42).setFrom(9).build(), DATABASE), 404, "invalid from"),
                refusal("from nobody", body(snapshot(42).clearFrom().build(), DATABASE), 404, "invalid from"),
                refusal("sender without an ID", post().with(Protocol.SERVER_FROM, "b!"), 404, "invalid from"),
                refusal("nothing", new byte[0], 400, "failed to decode raft message (EOF)"),
                refusal("part of the length", new byte[7], 400, "failed to decode raft message (unexpected EOF)"),
                refusal(
                        "part of the message",
                        Arrays.copyOf(BODY, HEAD - 1),
                        400,
                        "failed to decode raft message (unexpected EOF)"),
                refusal("length only", Arrays.copyOf(BODY, 8), 400, "failed to decode raft message (unexpected EOF)"),
                refusal(
                        "length above the limit",
                        HexFormat.of().parseHex("0000000000100001" + "1007"),
                        400,
                        "failed to decode raft message (rafthttp: error limit exceeded)"),
                refusal(
                        "length below zero",
                        HexFormat.of().parseHex("ffffffffffffffff" + "1007"),
                        400,
                        "failed to decode raft message (rafthttp: error limit exceeded)"),
                refusal(
                        "no message",
                        noMessage,
                        400,
                        "failed to decode raft message (Protocol message tag had invalid wire type.)"),
                refusal(
                        "paused",
                        post(),
                        m -> m.peers.get(ReceivingMember.PEER).setPaused(true),
                        500,
                        "failed to process raft message (peer 2 is paused)"),
                refusal(
                        "Raft failed",
                        post(),
                        m -> m.raft = message -> {
                            throw new IllegalStateException("no\nleader");
                        },
                        500,
                        "failed to process raft message (no leader)"),
                refusal(
                        "no store",
                        post(),
                        m -> m.snapshots = SnapshotReceiver.NONE,
                        500,
                        "failed to save KV snapshot (snapshots are not stored here)"),
                refusal(
                        "disk full",
                        post(),
                        m -> m.snapshots = (message, database) -> {
                            database.readNBytes(1000);
                            throw new SnapshotStoreException(new IOException("disk full"));
                        },
                        500,
                        "failed to save KV snapshot (disk full)"),
                refusal(
                        "left unread",
                        post(),
                        m -> m.snapshots = (message, database) -> {
                            database.readNBytes(1000);
                            return RaftCallback.TAKEN;
                        },
                        500,
                        "failed to process raft message (the receiver did not read the database beyond byte "
                                + (HEAD + 1001) + ")"),
                refusal(
                        "removed, says the member behind a relay",
                        post(),
                        m -> m.snapshots = (message, database) -> {
                            throw new RemovedMemberException(ReceivingMember.PEER, "removed");
                        },
                        403,
                        "cannot process message from removed member"),
                refusal(
                        "another cluster, says the member behind a relay",
                        post(),
                        m -> m.snapshots = (message, database) -> {
                            throw new ClusterMismatchException("another");
                        },
                        412,
                        "cluster ID mismatch"),
                refusal(
                        "another version, says the member behind a relay",
                        post(),
                        m -> m.snapshots = (message, database) -> {
                            throw new IncompatibleVersionException("old");
                        },
                        412,
                        "incompatible version"));
    }

    private static Arguments refusal(String what, Request request, int status, String words) {
        return refusal(what, request, member -> {}, status, words);
    }

    private static Arguments refusal(String what, byte[] body, int status, String words) {
        return Arguments.of(
                what, withLength(body.length), (Consumer<ReceivingMember>) member -> {}, body, status, words);
    }

    private static Arguments refusal(
            String what, Request request, Consumer<ReceivingMember> given, int status, String words) {
        return Arguments.of(what, request, given, BODY, status, words);
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
        assertThat(answer.header("Allow")).isEqualTo(status == 405 ? "POST" : null);
        assertThat(answer.header("X-Etcd-Cluster-ID")).isEqualTo(status == 405 ? null : "cafe");
        assertThat(member.processed).isEmpty();
    }

    @Test
    void shouldCountASnapshotForAnotherMemberAndStoreNothing() throws Exception {
        byte[] body = body(snapshot(42).setTo(9).build(), DATABASE);

        ScriptedPeer.exchange(member, withLength(body.length), body);

        assertThat(member.dropped(Lane.PIPELINE)).containsExactly(Map.entry(DropReason.TO_MISMATCH, 1L));
        assertThat(member.snapshotOutcomes).isEmpty();
        expectNothingTaken();
    }

    @Test
    void shouldRefuseWhenTheStoreFails() throws Exception {
        Files.delete(folder);

        Answer answer = ScriptedPeer.exchange(member, post(), BODY);

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).startsWith("failed to save KV snapshot (").contains(folder.toString());
        assertThat(member.processed).isEmpty();
        assertThat(member.snapshotOutcomes).containsExactly("failed " + HEAD);
        Files.createDirectory(folder);
    }

    /** A receipt begins when the message is there, and is counted when it has ended. */
    private void expectNothingTakenOf(int sent) throws IOException {
        await().until(() -> member.connections() == 0);
        if (sent >= HEAD) {
            await().untilAsserted(() -> assertThat(member.snapshotOutcomes)
                    .singleElement()
                    .asString()
                    .startsWith("failed "));
        }
        expectNothingTaken();
    }

    static Stream<Integer> truncations() {
        return Stream.of(0, 1, 7, 8, 9, HEAD - 1, HEAD, HEAD + 1, HEAD + (64 << 10), BODY.length - 1);
    }

    @ParameterizedTest
    @MethodSource("truncations")
    void shouldTakeNothingWhenTheConnectionIsLostWithinABodyOfKnownLength(int sent) throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(post().bytes());
            peer.send(Arrays.copyOf(BODY, sent));
            await().until(() -> member.connections() == 1);
        }
        expectNothingTakenOf(sent);
    }

    @ParameterizedTest
    @MethodSource("truncations")
    void shouldTakeNothingWhenTheConnectionIsLostBetweenTwoChunks(int sent) throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(chunked().bytes());
            if (sent > 0) {
                peer.sendChunk(Arrays.copyOf(BODY, sent));
            }
            await().until(() -> member.connections() == 1);
        }
        expectNothingTakenOf(sent);
    }

    /** Within a chunk's data, within its length, and where the last chunk should be. */
    @ParameterizedTest
    @ValueSource(strings = {"ff\r\nabc", "f", "5\r\nabcde", "5\r\nabcde\r\n0"})
    void shouldTakeNothingWhenTheConnectionIsLostWithinAChunk(String end) throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(chunked().bytes());
            peer.sendChunk(BODY);
            peer.send(end);
            await().until(() -> member.connections() == 1);
        }
        expectNothingTakenOf(BODY.length);
    }

    @Test
    void shouldTakeNothingAndSaySoWhenTheChunkedCodingIsBroken() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(chunked().bytes());
            peer.sendChunk(BODY);
            peer.send("no chunk\r\n");

            assertThat(peer.readAnswer().status()).isEqualTo(500);
        }
        expectNothingTaken();
    }

    /** As a relay's may, whose other end says more. */
    @Test
    void shouldNotBelieveAReceiverThatMakesNothingOfATruncatedDatabase() throws Exception {
        member.snapshots = (message, database) -> {
            try (InputStream in = database) {
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException swallowed) {
                member.processed.add(message);
            }
            return RaftCallback.TAKEN;
        };
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(chunked().bytes());
            peer.sendChunk(BODY);
            peer.send("no chunk\r\n");

            assertThat(peer.readAnswer().status()).isEqualTo(500);
        }
        assertThat(member.snapshotOutcomes).containsExactly("failed " + BODY.length);
    }

    @Test
    void shouldEndTheConnectionWhenTheSenderIsSilentAfterARefusal() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(chunked().with(Protocol.CLUSTER_ID, "beef").bytes());
            assertThat(peer.readAnswer().status()).isEqualTo(412);

            peer.readToEndOfConnection();
        }
    }

    @Test
    void shouldRefuseTheThirtyThirdWhileThirtyTwoAreComing() throws Exception {
        List<ScriptedPeer> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 32; i++) {
                ScriptedPeer peer = new ScriptedPeer(member.url());
                slow.add(peer);
                peer.send(post().bytes());
                peer.send(Arrays.copyOf(BODY, HEAD));
            }
            await().until(() -> stored().size() == 32);

            Answer answer = ScriptedPeer.exchange(member, post(), BODY);
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("too many snapshots are being received\n");
            byte[] vote = Frames.message(MessageType.MsgVote, 7).toByteArray();
            assertThat(ScriptedPeer.exchange(member, Request.post(vote.length), vote)
                            .status())
                    .isEqualTo(204);
        } finally {
            for (ScriptedPeer peer : slow) {
                peer.close();
            }
        }
        await().until(() -> ScriptedPeer.exchange(member, post(), BODY).status() == 204);
    }

    /** The announced lengths add up to far more than the JVM of the tests has. */
    @Test
    void shouldTakeMemoryForWhatArrivedOnlyWhenAMessageAnnouncesMuch() throws Exception {
        member.close();
        member = new ReceivingMember(builder -> builder.maxPostBytes(1 << 30));
        List<ScriptedPeer> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                ScriptedPeer peer = new ScriptedPeer(member.url());
                slow.add(peer);
                peer.send(chunked().bytes());
                peer.sendChunk(HexFormat.of().parseHex("0000000040000000" + "1007"));
            }
            member.snapshots = SnapshotReceiver.storing(store, member);
            assertThat(ScriptedPeer.exchange(member, post(), BODY).status()).isEqualTo(204);
        } finally {
            for (ScriptedPeer peer : slow) {
                peer.close();
            }
        }
    }

    @Test
    void shouldTakeALargeMessageBeforeTheDatabase() throws Exception {
        Message large = snapshot(43)
                .setContext(ByteString.copyFrom(new byte[LIMIT - 1000]))
                .build();
        byte[] body = body(large, DATABASE);

        assertThat(ScriptedPeer.exchange(member, withLength(body.length), body).status())
                .isEqualTo(204);

        assertThat(member.processed).containsExactly(large);
        assertThat(store.path(6, 43)).hasBinaryContent(DATABASE);
    }
}
