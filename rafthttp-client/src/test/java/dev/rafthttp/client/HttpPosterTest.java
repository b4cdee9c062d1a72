package dev.rafthttp.client;

import static dev.rafthttp.client.ScriptedPeer.POST;
import static dev.rafthttp.client.Transports.NOWHERE;
import static dev.rafthttp.client.Transports.REMOTE;
import static dev.rafthttp.client.Transports.app;
import static dev.rafthttp.client.Transports.config;
import static dev.rafthttp.client.Transports.heartbeat;
import static dev.rafthttp.client.Transports.lane;
import static dev.rafthttp.client.Transports.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that go by {@code POST /raft}, to a peer that refuses streams. */
class HttpPosterTest {
    private static final String NO_CONTENT = "HTTP/1.1 204 No Content\r\n\r\n";

    private final Reports reports = new Reports();
    private final ScriptedPeer peer;
    private PeerManager manager = new PeerManager(config().build(), reports);

    HttpPosterTest() throws IOException {
        peer = ScriptedPeer.listening();
    }

    @AfterEach
    void close() {
        manager.close();
        peer.close();
    }

    /** Starts, and waits until both lanes have been refused and messages take the pipeline. */
    private void start(TransportConfig.Builder config, URI... urls) {
        manager = Transports.started(config, reports, urls);
        await().until(() -> peer.heads(ScriptedPeer.STREAM_MSGAPP).size() >= 2
                && peer.heads(ScriptedPeer.STREAM_MESSAGE).size() >= 2);
    }

    @Test
    void shouldPostTheMessageWhenNoStreamIsAttached() {
        List<Message> bodies = new CopyOnWriteArrayList<>();
        peer.on(POST, (head, in, out) -> {
            bodies.add(Message.parseFrom(head.readBody(in)));
            out.write(RequestHead.ascii(NO_CONTENT));
        });
        start(config(), peer.url());

        manager.send(heartbeat(7));

        await().until(() -> lane(manager, Lane.PIPELINE).delivered() == 1);
        assertThat(bodies).containsExactly(heartbeat(7));
        assertThat(lane(manager, Lane.PIPELINE).sent()).isEqualTo(1);
        assertThat(lane(manager, Lane.PIPELINE).inDoubt()).isZero();
        assertThat(lane(manager, Lane.PIPELINE).dropped()).isEmpty();
        assertThat(manager.activeSince(REMOTE)).isPresent();
        assertThat(peer.heads(POST))
                .singleElement()
                .satisfies(head -> assertThat(head.knownFields())
                        .containsExactlyInAnyOrder(
                                "Host: 127.0.0.1:" + peer.url().getPort(),
                                "Content-Type: application/protobuf",
                                "Content-Length: " + heartbeat(7).getSerializedSize(),
                                "X-Server-From: a1",
                                "X-Server-Version: 3.6.0",
                                "X-Min-Cluster-Version: 3.0.0",
                                "X-Etcd-Cluster-ID: c1",
                                "X-Rafthttp-Instance: (a UUID)",
                                "X-PeerURLs: http://10.0.0.1:2380,http://10.0.0.2:2380"));
    }

    @Test
    void shouldPostFourAtATimeAndKeep64AndDropTheRestWhenThePeerIsSlow() {
        Semaphore mayAnswer = new Semaphore(0);
        AtomicInteger inFlight = new AtomicInteger();
        AtomicInteger mostInFlight = new AtomicInteger();
        peer.on(POST, (head, in, out) -> {
            mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
            head.readBody(in);
            mayAnswer.acquireUninterruptibly();
            inFlight.decrementAndGet();
            out.write(RequestHead.ascii(NO_CONTENT));
        });
        start(config(), peer.url());

        manager.send(
                IntStream.range(0, 4 + 64 + 10).mapToObj(Transports::heartbeat).toList());

        await().until(() -> inFlight.get() == 4);
        assertThat(lane(manager, Lane.PIPELINE).queuedMessages()).isEqualTo(64);
        assertThat(lane(manager, Lane.PIPELINE).dropped()).isEqualTo(Map.of(DropReason.NO_ROUTE, 10L));
        mayAnswer.release(4 + 64);
        await().until(() -> lane(manager, Lane.PIPELINE).delivered() == 4 + 64);
        assertThat(mostInFlight).hasValue(4);
        assertThat(reports.unreachable()).contains(REMOTE);
    }

    @Test
    void shouldCountDroppedWhenThePeerRefuses() {
        peer.answer(POST, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 5\r\n\r\nsorry");
        start(config(), peer.url());

        manager.send(heartbeat(1));

        await().until(() -> lane(manager, Lane.PIPELINE).dropped().equals(Map.of(DropReason.REFUSED, 1L)));
        assertThat(lane(manager, Lane.PIPELINE).delivered()).isZero();
        assertThat(lane(manager, Lane.PIPELINE).inDoubt()).isZero();
        assertThat(manager.activeSince(REMOTE)).isEmpty();
    }

    @Test
    void shouldCountInDoubtWhenNoAnswerComes() {
        peer.on(POST, (head, in, out) -> {
            head.readBody(in);
            throw new SocketException("crash");
        });
        start(config(), peer.url());

        manager.send(heartbeat(1));

        await().until(() -> lane(manager, Lane.PIPELINE).inDoubt() == 1);
        assertThat(lane(manager, Lane.PIPELINE).dropped()).isEmpty();
    }

    @Test
    void shouldCountDroppedAndNotSentWhenThePeerRefusesTheConnection() {
        manager = Transports.started(config(), reports, NOWHERE);

        manager.send(snapshot(1));

        await().until(() -> lane(manager, Lane.PIPELINE).dropped().equals(Map.of(DropReason.UNREACHABLE, 1L)));
        assertThat(lane(manager, Lane.PIPELINE).sent()).isZero();
        assertThat(lane(manager, Lane.PIPELINE).inDoubt()).isZero();
        assertOnly(SnapshotStatus.FAILURE);
        assertThat(reports.unreachable()).contains(REMOTE);
    }

    /** Until the post's connection has been idle for its 5 s: a close by the peer might destroy its answer on the way. */
    @Test
    void shouldCountRefusedWhenThePeerDoesNotReadTheWholeBody() {
        Semaphore mayEnd = new Semaphore(0);
        peer.on(POST, (head, in, out) -> {
            out.write(RequestHead.ascii("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n"));
            mayEnd.acquireUninterruptibly();
            throw new SocketException("enough");
        });
        start(config(), peer.url());

        // More than two sockets' buffers take.
        manager.send(app(1, 48 << 20));

        await().atMost(Duration.ofSeconds(30))
                .until(() -> lane(manager, Lane.PIPELINE).dropped().equals(Map.of(DropReason.REFUSED, 1L)));
        mayEnd.release();
        assertThat(lane(manager, Lane.PIPELINE).inDoubt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=no-such-charset\r\nContent-Length: 2\r\n\r\nno",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:9/raft\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n",
            })
    void shouldGoOnPostingWhenAnswersAreOdd(String answer) {
        peer.answer(POST, answer);
        start(config(), peer.url());

        for (int sent = 1; sent <= 5; sent++) {
            manager.send(heartbeat(sent));
            long refused = sent;
            await().until(() -> lane(manager, Lane.PIPELINE).dropped().equals(Map.of(DropReason.REFUSED, refused)));
        }
    }

    @Test
    void shouldPostToTheNextUrlWhenOneFails() {
        peer.answer(POST, NO_CONTENT);
        manager = Transports.started(config(), reports, NOWHERE, peer.url());
        await().until(() -> !peer.heads(ScriptedPeer.STREAM_MESSAGE).isEmpty());

        await().until(() -> {
            manager.send(snapshot(1));
            return lane(manager, Lane.PIPELINE).delivered() > 0;
        });
    }

    @Test
    void shouldReportFinishOnceWhenASnapshotIsTaken() {
        peer.answer(POST, NO_CONTENT);
        start(config(), peer.url());

        manager.send(snapshot(1));

        await().until(() -> lane(manager, Lane.PIPELINE).delivered() == 1);
        await().untilAsserted(() -> assertThat(reports.snapshots()).containsExactly(SnapshotStatus.FINISH));
        assertOnly(SnapshotStatus.FINISH);
    }

    @Test
    void shouldReportFailureOnceWhenASnapshotIsRefused() {
        peer.answer(POST, "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
        start(config(), peer.url());

        manager.send(snapshot(1));

        assertOnly(SnapshotStatus.FAILURE);
    }

    @Test
    void shouldReportFailureOnceWhenASnapshotIsInDoubt() {
        peer.on(POST, (head, in, out) -> {
            throw new SocketException("crash");
        });
        start(config(), peer.url());

        manager.send(snapshot(1));

        assertOnly(SnapshotStatus.FAILURE);
        assertThat(lane(manager, Lane.PIPELINE).inDoubt()).isEqualTo(1);
    }

    @Test
    void shouldReportFailureOfEverySnapshotOnceWhenTheTransportCloses() {
        peer.on(POST, (head, in, out) -> in.readAllBytes());
        start(config().pipeline(1, 64).closeTimeout(Duration.ofSeconds(5)), peer.url());
        manager.send(snapshot(1));
        manager.send(snapshot(2));
        manager.send(snapshot(3));
        await().until(() -> lane(manager, Lane.PIPELINE).sent() == 1);

        manager.close();

        assertThat(reports.snapshots())
                .containsExactly(SnapshotStatus.FAILURE, SnapshotStatus.FAILURE, SnapshotStatus.FAILURE);
        assertThat(lane(manager, Lane.PIPELINE).dropped()).isEqualTo(Map.of(DropReason.CLOSED, 2L));
        assertThat(lane(manager, Lane.PIPELINE).inDoubt()).isEqualTo(1);
    }

    private void assertOnly(SnapshotStatus status) {
        await().until(() -> !reports.snapshots().isEmpty());
        // Whatever else would be reported is, at the latest when all threads have ended.
        manager.close();
        assertThat(reports.snapshots()).containsExactly(status);
    }
}
