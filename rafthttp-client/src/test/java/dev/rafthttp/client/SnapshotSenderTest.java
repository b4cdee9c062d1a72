package dev.rafthttp.client;

import static dev.rafthttp.client.ScriptedPeer.SNAPSHOT;
import static dev.rafthttp.client.Transports.NOWHERE;
import static dev.rafthttp.client.Transports.REMOTE;
import static dev.rafthttp.client.Transports.config;
import static dev.rafthttp.client.Transports.heartbeat;
import static dev.rafthttp.client.Transports.lane;
import static dev.rafthttp.client.Transports.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterMismatchException;
import dev.rafthttp.DropReason;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.IncompatibleVersionException;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.raftpb.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots sent with their databases: to the byte as etcd's, and what comes of all that can go wrong. */
class SnapshotSenderTest {
    private static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n";

    private final Reports reports = new Reports();
    private final Queue<ChunkedBody> bodies = new ConcurrentLinkedQueue<>();
    private final CountDownLatch released = new CountDownLatch(1);
    private final ScriptedPeer peer;
    private PeerManager manager = new PeerManager(config().build(), reports);

    SnapshotSenderTest() throws IOException {
        peer = ScriptedPeer.listening();
    }

    @AfterEach
    void close() {
        released.countDown();
        manager.close();
        peer.close();
    }

    private void start(TransportConfig.Builder config) {
        manager = Transports.started(config, reports, peer.url());
    }

    /** The peer takes whole bodies and answers with these bytes. */
    private void answer(String answer) {
        peer.on(SNAPSHOT, (head, in, out) -> {
            bodies.add(ChunkedBody.read(in));
            out.write(RequestHead.ascii(answer));
        });
    }

    /** The peer answers when it has read so much, and nothing more happens until the test ends. */
    private void answerEarly(int bytes, String answer) {
        peer.on(SNAPSHOT, (head, in, out) -> {
            in.readNBytes(bytes);
            out.write(RequestHead.ascii(answer));
            awaitRelease();
        });
    }

    /** Does nothing until the test ends, and then closes the connection. */
    private void awaitRelease() throws IOException {
        try {
            released.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new SocketException("enough");
    }

    private static void expectTaken(CompletionStage<Void> outcome) throws Exception {
        outcome.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static RaftTransportException failureOf(CompletionStage<Void> outcome) throws Exception {
        try {
            outcome.toCompletableFuture().get(20, TimeUnit.SECONDS);
            throw new AssertionError("the snapshot was taken");
        } catch (ExecutionException e) {
            return (RaftTransportException) e.getCause();
        }
    }

    /** Whatever else would be reported is, at the latest when all threads have ended. */
    private void expectReported(SnapshotStatus... statuses) {
        await().until(() -> reports.snapshots().size() >= statuses.length);
        manager.close();
        assertThat(reports.snapshots()).containsExactly(statuses);
    }

    @Test
    void shouldBeInThePipelinesAccountWhateverBecomesOfIt() throws Exception {
        answer(NO_CONTENT);
        start(config());
        expectTaken(manager.sendSnapshot(snapshot(1), new ByteArrayInputStream(new byte[10]), 10));
        assertThat(lane(manager, Lane.PIPELINE).sent()).isEqualTo(1);
        assertThat(lane(manager, Lane.PIPELINE).delivered()).isEqualTo(1);

        answer("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
        failureOf(manager.sendSnapshot(snapshot(2), new ByteArrayInputStream(new byte[10]), 10));
        assertThat(lane(manager, Lane.PIPELINE).sent()).isEqualTo(2);
        assertThat(lane(manager, Lane.PIPELINE).dropped()).isEqualTo(Map.of(DropReason.REFUSED, 1L));

        peer.on(SNAPSHOT, (head, in, out) -> {
            throw new SocketException("crash");
        });
        failureOf(manager.sendSnapshot(snapshot(3), new ByteArrayInputStream(new byte[10]), 10));
        assertThat(lane(manager, Lane.PIPELINE).sent()).isEqualTo(3);
        assertThat(lane(manager, Lane.PIPELINE).inDoubt()).isEqualTo(1);
    }

    @Test
    void shouldReadOnlyWhatHasArrivedWhenADatabaseArrivesInParts() throws Exception {
        answer(NO_CONTENT);
        start(config());
        ArrivingParts database = new ArrivingParts();
        CompletionStage<Void> outcome = manager.sendSnapshot(snapshot(1), database, 5);

        await().until(database::isAwaited);
        database.arrive(new byte[] {1, 2, 3});
        await().until(database::isAwaited);
        database.arrive(new byte[] {4, 5});
        await().until(database::isAwaited);
        database.end();

        expectTaken(outcome);
        assertThat(bodies).singleElement().satisfies(body -> {
            assertThat(body.isWhole()).isTrue();
            assertThat(body.bytes()).endsWith(1, 2, 3, 4, 5);
        });
        assertThat(database.isClosed()).isTrue();
    }

    @Test
    void shouldEndAtOnceWhenThePeerRefusesWhileNothingArrives() throws Exception {
        answerEarly(1, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
        start(config());
        ArrivingParts database = new ArrivingParts();
        CompletionStage<Void> outcome = manager.sendSnapshot(snapshot(1), database, 5);

        assertThat(failureOf(outcome)).hasMessageContaining("500");
        assertThat(database.isClosed()).isTrue();
        // Late bytes find nobody.
        database.arrive(new byte[] {1, 2, 3});
    }

    @Test
    void shouldCountDroppedAndNotSentWhenThePeerRefusesTheConnection() throws Exception {
        manager = Transports.started(config(), reports, NOWHERE);

        failureOf(manager.sendSnapshot(snapshot(1), new ByteArrayInputStream(new byte[10]), 10));

        assertThat(lane(manager, Lane.PIPELINE).dropped()).isEqualTo(Map.of(DropReason.UNREACHABLE, 1L));
        assertThat(lane(manager, Lane.PIPELINE).sent()).isZero();
        assertThat(lane(manager, Lane.PIPELINE).inDoubt()).isZero();
    }

    @Test
    void shouldSendWhatEtcdSendsWhenGivenTheSame() throws Exception {
        byte[] golden;
        try (InputStream in = getClass().getResourceAsStream("/golden/raft-snapshot.bin")) {
            golden = Objects.requireNonNull(in).readAllBytes();
        }
        int end = Long.BYTES + (int) ByteBuffer.wrap(golden).getLong();
        Message message = Message.parseFrom(Arrays.copyOfRange(golden, Long.BYTES, end)).toBuilder()
                .build();
        answer(NO_CONTENT);
        manager = new PeerManager(config().build(), reports);
        manager.addPeer(new MemberId(message.getTo()), List.of(peer.url()));
        manager.start();

        expectTaken(manager.sendSnapshot(
                message, new ByteArrayInputStream(golden, end, golden.length - end), golden.length - end));

        assertThat(bodies).singleElement().satisfies(body -> {
            assertThat(body.bytes()).isEqualTo(golden);
            assertThat(body.isWhole()).isTrue();
        });
        assertThat(peer.heads(SNAPSHOT))
                .singleElement()
                .satisfies(head -> assertThat(head.knownFields())
                        .containsExactlyInAnyOrder(
                                "Host: 127.0.0.1:" + peer.url().getPort(),
                                "Content-Type: application/octet-stream",
                                "Transfer-Encoding: chunked",
                                "X-Server-From: a1",
                                "X-Server-Version: 3.6.0",
                                "X-Min-Cluster-Version: 3.0.0",
                                "X-Etcd-Cluster-ID: c1",
                                "X-Rafthttp-Instance: (a UUID)",
                                "X-PeerURLs: http://10.0.0.1:2380,http://10.0.0.2:2380"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 65_536, 3_000_001})
    void shouldReportFinishAndCloseWhenAllIsTaken(long size) throws Exception {
        answer(NO_CONTENT);
        start(config());
        TestDatabase known = TestDatabase.of(size);
        TestDatabase unknown = TestDatabase.of(size);

        expectTaken(manager.sendSnapshot(snapshot(1), known, size));
        assertThat(known.isClosed()).isTrue();
        expectTaken(manager.sendSnapshot(snapshot(1), unknown, -1));
        assertThat(unknown.isClosed()).isTrue();

        assertThat(bodies)
                .hasSize(2)
                .allSatisfy(body -> assertThat(body.bytes())
                        .hasSize(Long.BYTES + snapshot(1).getSerializedSize() + (int) size));
        assertThat(manager.activeSince(REMOTE)).isPresent();
        expectReported(SnapshotStatus.FINISH, SnapshotStatus.FINISH);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(
                        "403 Forbidden", "cannot process message from removed member", RemovedMemberException.class),
                Arguments.of("403 Forbidden", "RBAC: access denied", PeerUnreachableException.class),
                Arguments.of("410 Gone", "removed member", PeerUnreachableException.class),
                Arguments.of("412 Precondition Failed", "cluster ID mismatch", ClusterMismatchException.class),
                Arguments.of("412 Precondition Failed", "incompatible version", IncompatibleVersionException.class),
                Arguments.of("413 Payload Too Large", "too large", FrameTooLargeException.class),
                Arguments.of("500 Internal Server Error", "failed to save KV snapshot", PeerUnreachableException.class),
                Arguments.of("200 OK", "well done", PeerUnreachableException.class),
                Arguments.of("307 Temporary Redirect", "elsewhere", PeerUnreachableException.class));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void shouldEndAtOnceWhenRefusedBeforeOrWithinTheBody(String status, String body, Class<RaftTransportException> type)
            throws Exception {
        String answer = "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        start(config());
        for (int read : List.of(0, 1 << 20)) {
            answerEarly(read, answer);
            TestDatabase database = TestDatabase.endless();

            assertThat(failureOf(manager.sendSnapshot(snapshot(1), database, -1)))
                    .isInstanceOf(type);

            assertThat(database.isClosed()).isTrue();
        }
        await().until(() -> reports.removals().size() == (type.equals(RemovedMemberException.class) ? 1 : 0));
        expectReported(SnapshotStatus.FAILURE, SnapshotStatus.FAILURE);
        assertThat(reports.unreachable()).contains(REMOTE);
    }

    @Test
    void shouldFailWhenRefusedAfterTheBody() throws Exception {
        answer("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\nfull");
        start(config());

        assertThat(failureOf(manager.sendSnapshot(snapshot(1), TestDatabase.of(7), 7)))
                .hasMessage("peer b2 at " + peer.url() + " answered 500 \"full\"");

        expectReported(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldNotBelieveASuccessThatComesBeforeTheEndOfTheBody() throws Exception {
        answerEarly(1000, NO_CONTENT);
        start(config().snapshotTimeout(Duration.ofMillis(500)));
        TestDatabase database = TestDatabase.endless();

        assertThat(failureOf(manager.sendSnapshot(snapshot(1), database, -1)))
                .isInstanceOf(PeerUnreachableException.class);

        assertThat(database.isClosed()).isTrue();
        expectReported(SnapshotStatus.FAILURE);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 1 << 20})
    void shouldFailWhenTheConnectionIsLost(int read) throws Exception {
        peer.on(SNAPSHOT, (head, in, out) -> {
            in.readNBytes(read);
            throw new SocketException("crash");
        });
        start(config());
        TestDatabase database = TestDatabase.endless();

        assertThat(failureOf(manager.sendSnapshot(snapshot(1), database, -1)))
                .isInstanceOf(PeerUnreachableException.class)
                .hasMessageStartingWith("the snapshot to peer b2 at " + peer.url() + " was not sent completely: ");

        assertThat(database.isClosed()).isTrue();
        expectReported(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldFailWhenNobodyListens() throws Exception {
        manager = Transports.started(config(), reports, NOWHERE);
        TestDatabase database = TestDatabase.endless();

        assertThat(failureOf(manager.sendSnapshot(snapshot(1), database, -1)))
                .isInstanceOf(PeerUnreachableException.class);

        assertThat(database.isClosed()).isTrue();
        expectReported(SnapshotStatus.FAILURE);
    }

    static Stream<Arguments> badDatabases() {
        return Stream.of(
                Arguments.of(
                        TestDatabase.of(100_000), 100_001, "the database ended after 100000 bytes instead of 100001"),
                Arguments.of(
                        TestDatabase.of(100_000), 65_536, "the database has at least 100000 bytes instead of 65536"),
                Arguments.of(TestDatabase.of(1), 0, "the database has at least 1 bytes instead of 0"),
                Arguments.of(TestDatabase.failing(100_000, new IOException("disk error")), 100_000, "disk error"),
                Arguments.of(
                        TestDatabase.failing(0, new IllegalStateException("bug")),
                        -1,
                        "reading the database failed: java.lang.IllegalStateException: bug"));
    }

    @ParameterizedTest
    @MethodSource("badDatabases")
    void shouldCutTheBodyWhenTheDatabaseIsNotWhatItShouldBe(TestDatabase database, long size, String why)
            throws Exception {
        answer(NO_CONTENT);
        start(config());

        assertThat(failureOf(manager.sendSnapshot(snapshot(1), database, size)))
                .isInstanceOf(PeerUnreachableException.class)
                .hasMessage("the snapshot to peer b2 was not sent completely: " + why);

        assertThat(database.isClosed()).isTrue();
        // If the connection was made at all before the failure.
        await().until(() -> peer.heads(SNAPSHOT).size() == bodies.size());
        assertThat(bodies).noneMatch(ChunkedBody::isWhole);
        expectReported(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldFailWithoutBufferingMuchWhenThePeerStopsReading() throws Exception {
        peer.on(SNAPSHOT, (head, in, out) -> awaitRelease());
        start(config().snapshotTimeout(Duration.ofMillis(500)));
        TestDatabase database = TestDatabase.endless();

        assertThat(failureOf(manager.sendSnapshot(snapshot(1), database, -1)))
                .isInstanceOf(PeerUnreachableException.class)
                .hasMessageContaining("TimeoutException");

        assertThat(database.isClosed()).isTrue();
        // What the sockets of both ends take, and one buffer.
        assertThat(database.position()).isLessThan(64 << 20);
        expectReported(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldFailWhenThePeerTakesAllAndDoesNotAnswer() throws Exception {
        peer.on(SNAPSHOT, (head, in, out) -> {
            bodies.add(ChunkedBody.read(in));
            awaitRelease();
        });
        start(config().snapshotTimeout(Duration.ofMillis(500)));

        assertThat(failureOf(manager.sendSnapshot(snapshot(1), TestDatabase.of(7), 7)))
                .hasMessageContaining("TimeoutException");

        assertThat(bodies).allMatch(ChunkedBody::isWhole).hasSize(1);
        expectReported(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldAbortWhenThePeerIsRemoved() throws Exception {
        peer.on(SNAPSHOT, (head, in, out) -> awaitRelease());
        start(config());
        TestDatabase database = TestDatabase.endless();
        CompletionStage<Void> outcome = manager.sendSnapshot(snapshot(1), database, -1);
        await().until(() -> database.position() > 0);

        manager.removePeer(REMOTE);

        assertThat(failureOf(outcome)).hasMessage("peer b2 was removed, or the transport was closed");
        assertThat(database.isClosed()).isTrue();
        expectReported(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldAbortWhenTheTransportIsClosed() throws Exception {
        peer.on(SNAPSHOT, (head, in, out) -> awaitRelease());
        start(config());
        TestDatabase database = TestDatabase.endless();
        CompletionStage<Void> outcome = manager.sendSnapshot(snapshot(1), database, -1);
        await().until(() -> database.position() > 0);

        manager.close();

        assertThat(failureOf(outcome)).hasMessage("peer b2 was removed, or the transport was closed");
        assertThat(database.isClosed()).isTrue();
        assertThat(reports.snapshots()).containsExactly(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldCloseTheDatabaseUnderItsReaderWhenThePeerIsRemoved() throws Exception {
        answer(NO_CONTENT);
        start(config());
        TestDatabase database = TestDatabase.blocking(100_000);
        CompletionStage<Void> outcome = manager.sendSnapshot(snapshot(1), database, -1);
        await().until(database::isBlocked);

        manager.removePeer(REMOTE);

        assertThat(failureOf(outcome)).hasMessage("peer b2 was removed, or the transport was closed");
        assertThat(database.isClosed()).isTrue();
        expectReported(SnapshotStatus.FAILURE);
    }

    /** The peer takes the last byte while it is removed. */
    @Test
    void shouldReportEachOnceWhenPeersAreRemovedAtAnyMoment() throws Exception {
        answer(NO_CONTENT);
        start(config());
        int snapshots = 200;
        for (int i = 0; i < snapshots; i++) {
            TestDatabase database = TestDatabase.of(i * 500L);
            CompletionStage<Void> outcome = manager.sendSnapshot(snapshot(1), database, -1);
            int turns = i % 40 * 50;
            for (int turn = 0; turn < turns; turn++) {
                Thread.onSpinWait();
            }
            manager.removePeer(REMOTE);
            manager.addPeer(REMOTE, List.of(peer.url()));
            outcome.handle((done, failure) -> null).toCompletableFuture().get(20, TimeUnit.SECONDS);
            assertThat(database.isClosed()).isTrue();
        }
        manager.close();
        assertThat(reports.snapshots()).hasSize(snapshots);
    }

    @Test
    void shouldLetOtherMessagesThroughWhenASnapshotStandsStill() {
        peer.acceptStreams().on(SNAPSHOT, (head, in, out) -> awaitRelease());
        start(config());
        await().until(() -> lane(manager, Lane.MESSAGE).attached());
        for (int i = 0; i < 8; i++) {
            manager.sendSnapshot(snapshot(1), TestDatabase.endless(), -1);
        }
        await().until(() -> peer.heads(SNAPSHOT).size() == 8);

        manager.send(heartbeat(7));

        await().until(() -> lane(manager, Lane.MESSAGE).sent() == 1);
    }

    @Test
    void shouldFailTheNinthWhenEightAreUnderWay() throws Exception {
        peer.on(SNAPSHOT, (head, in, out) -> awaitRelease());
        start(config());
        for (int i = 0; i < 8; i++) {
            manager.sendSnapshot(snapshot(1), TestDatabase.endless(), -1);
        }
        TestDatabase ninth = TestDatabase.endless();

        assertThat(failureOf(manager.sendSnapshot(snapshot(1), ninth, -1)))
                .hasMessage("8 snapshots are on their way to peer b2 already, and no more may be");

        assertThat(ninth.isClosed()).isTrue();
        await().until(() -> reports.snapshots().equals(List.of(SnapshotStatus.FAILURE)));
    }

    @Test
    void shouldFailWhenTheMemberIsNoPeer() throws Exception {
        start(config());
        TestDatabase database = TestDatabase.endless();

        assertThat(failureOf(
                        manager.sendSnapshot(snapshot(1).toBuilder().setTo(0xee).build(), database, -1)))
                .hasMessage("member ee is not a peer");

        assertThat(database.isClosed()).isTrue();
        expectReported(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldFailWhenTheTransportIsNotStartedOrClosed() throws Exception {
        manager.addPeer(REMOTE, List.of(peer.url()));
        TestDatabase early = TestDatabase.endless();
        TestDatabase late = TestDatabase.endless();

        assertThat(failureOf(manager.sendSnapshot(snapshot(1), early, -1)))
                .hasMessage("no snapshot is sent to peer b2 before the transport is started, or after it is closed");
        await().until(() -> reports.snapshots().size() == 1);
        manager.close();
        assertThat(failureOf(manager.sendSnapshot(snapshot(1), late, -1)))
                .hasMessage("peer b2 has been removed or closed");

        assertThat(early.isClosed()).isTrue();
        assertThat(late.isClosed()).isTrue();
        expectReported(SnapshotStatus.FAILURE, SnapshotStatus.FAILURE);
    }

    @Test
    void shouldThrowAndLeaveTheDatabaseAloneWhenAnArgumentIsWrong() {
        TestDatabase database = TestDatabase.endless();

        assertThatThrownBy(() -> manager.sendSnapshot(heartbeat(1), database, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a MsgHeartbeat with -1");
        assertThatThrownBy(() -> manager.sendSnapshot(snapshot(1), database, -2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a MsgSnap with -2");

        assertThat(database.isClosed()).isFalse();
        assertThat(reports.snapshots()).isEmpty();
    }
}
