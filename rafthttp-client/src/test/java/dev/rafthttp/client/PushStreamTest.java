package dev.rafthttp.client;

import static dev.rafthttp.client.ScriptedPeer.STREAM_MESSAGE;
import static dev.rafthttp.client.ScriptedPeer.STREAM_MSGAPP;
import static dev.rafthttp.client.Transports.REMOTE;
import static dev.rafthttp.client.Transports.app;
import static dev.rafthttp.client.Transports.config;
import static dev.rafthttp.client.Transports.heartbeat;
import static dev.rafthttp.client.Transports.lane;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.Lane;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A push stream that the peer accepts, from its dial to its end. */
class PushStreamTest {
    private final Reports reports = new Reports();
    private final ScriptedPeer peer;
    private PeerManager manager = new PeerManager(config().build(), reports);

    PushStreamTest() throws IOException {
        peer = ScriptedPeer.accepting();
    }

    @AfterEach
    void close() {
        manager.close();
        peer.close();
    }

    private void start(TransportConfig.Builder config) {
        manager = Transports.started(config, reports, peer.url());
    }

    @Test
    void shouldSayWhoDialsWhomWhenItDials() {
        start(config());
        peer.awaitStream(Lane.MSGAPP);
        peer.awaitStream(Lane.MESSAGE);

        for (String request : List.of(STREAM_MSGAPP, STREAM_MESSAGE)) {
            assertThat(peer.heads(request))
                    .singleElement()
                    .satisfies(head -> assertThat(head.knownFields())
                            .containsExactlyInAnyOrder(
                                    "Host: 127.0.0.1:" + peer.url().getPort(),
                                    "Transfer-Encoding: chunked",
                                    "Content-Type: application/octet-stream",
                                    "Expect: 100-continue",
                                    "X-Server-From: a1",
                                    "X-Server-Version: 3.6.0",
                                    "X-Min-Cluster-Version: 3.0.0",
                                    "X-Etcd-Cluster-ID: c1",
                                    "X-Rafthttp-Instance: (a UUID)",
                                    "X-PeerURLs: http://10.0.0.1:2380,http://10.0.0.2:2380",
                                    "X-Raft-To: b2"));
        }
    }

    @Test
    void shouldAnnounceNoUrlsWhenNoneAreConfigured() {
        start(config().peerUrls(List.of()));
        peer.awaitStream(Lane.MESSAGE);

        assertThat(peer.heads(STREAM_MESSAGE).get(0).all("X-PeerURLs")).isEmpty();
    }

    @Test
    void shouldSendNoByteAndNotBeAttachedWhenThePeerHasNotAccepted() throws Exception {
        CountDownLatch dialled = new CountDownLatch(1);
        CountDownLatch saidContinue = new CountDownLatch(1);
        CountDownLatch mayContinue = new CountDownLatch(1);
        CountDownLatch mayAccept = new CountDownLatch(1);
        AtomicInteger early = new AtomicInteger(-2);
        peer.on(STREAM_MESSAGE, (head, in, out) -> {
            dialled.countDown();
            passed(mayContinue);
            early.set(in.available());
            out.write(RequestHead.ascii(ScriptedStream.CONTINUE));
            saidContinue.countDown();
            passed(mayAccept);
            early.addAndGet(in.available());
            out.write(RequestHead.ascii(ScriptedStream.ACCEPTED));
            in.transferTo(OutputStream.nullOutputStream());
        });
        start(config());
        manager.send(heartbeat(1));

        passed(dialled);
        assertThat(lane(manager, Lane.MESSAGE).attached()).isFalse();
        assertThat(lane(manager, Lane.MESSAGE).queuedMessages()).isEqualTo(1);
        mayContinue.countDown();
        passed(saidContinue);
        assertThat(lane(manager, Lane.MESSAGE).attached()).isFalse();
        mayAccept.countDown();

        await().until(() -> lane(manager, Lane.MESSAGE).sent() == 1);
        assertThat(early).hasValue(0);
    }

    @Test
    void shouldCarryEveryMessageInOrderWhenStreamsAreAttached() {
        start(config());
        ScriptedStream apps = peer.awaitStream(Lane.MSGAPP);
        ScriptedStream messages = peer.awaitStream(Lane.MESSAGE);
        awaitAttached();
        List<Message> sentApps =
                LongStream.range(0, 500).mapToObj(Transports::app).toList();
        List<Message> sentHeartbeats =
                LongStream.range(0, 500).mapToObj(Transports::heartbeat).toList();

        manager.send(sentApps);
        manager.send(sentHeartbeats);

        await().untilAsserted(() -> assertThat(apps.messages()).isEqualTo(sentApps));
        await().untilAsserted(() -> assertThat(messages.messages()).isEqualTo(sentHeartbeats));
    }

    @Test
    void shouldCarryAMessageWholeWhenItIsLargerThanEveryBuffer() {
        start(config());
        ScriptedStream apps = peer.awaitStream(Lane.MSGAPP);
        awaitAttached();
        Message large = app(7, 20 << 20);

        manager.send(large);

        await().until(() -> apps.messages().size() == 1);
        assertThat(apps.messages().get(0).equals(large)).isTrue();
    }

    @Test
    void shouldWriteLinkHeartbeatsWhenIdle() {
        start(config());
        ScriptedStream apps = peer.awaitStream(Lane.MSGAPP);
        ScriptedStream messages = peer.awaitStream(Lane.MESSAGE);

        await().until(() -> apps.linkHeartbeats() >= 3 && messages.linkHeartbeats() >= 3);
        assertThat(apps.bytes()).containsOnly(0);
        assertThat(apps.messages()).isEmpty();
        assertThat(messages.messages()).isEmpty();
    }

    @Test
    void shouldCountDeliveredAndMeasureRoundTripsWhenThePeerAcknowledges() {
        start(config());
        peer.awaitStream(Lane.MSGAPP);
        peer.awaitStream(Lane.MESSAGE);
        awaitAttached();

        manager.send(LongStream.range(0, 20).mapToObj(Transports::heartbeat).toList());

        await().until(() -> lane(manager, Lane.MESSAGE).delivered() == 20);
        await().until(() -> lane(manager, Lane.MESSAGE).roundTripP50Nanos() > 0);
        assertThat(lane(manager, Lane.MESSAGE).sent()).isEqualTo(20);
        assertThat(lane(manager, Lane.MESSAGE).inDoubt()).isZero();
    }

    @Test
    void shouldCountOnlyWhatIsAcknowledgedWhenAcknowledgementsComeInPieces() throws IOException {
        start(config());
        ScriptedStream messages = peer.awaitStream(Lane.MESSAGE);
        messages.beSilent();
        awaitAttached();
        manager.send(LongStream.range(0, 10).mapToObj(Transports::heartbeat).toList());
        await().until(() -> messages.messages().size() == 10);

        messages.answer(new byte[5]);
        messages.answer(new byte[] {0, 0, 7, 0, 0, 0});
        messages.answer(new byte[] {0, 0, 0, 0, 9});

        await().until(() -> lane(manager, Lane.MESSAGE).delivered() == 9);
    }

    @Test
    void shouldCutAndReportAndRedialWhenAcknowledgementsStop() {
        start(config().streamTimeout(Duration.ofSeconds(1))
                .acknowledgements(Duration.ofMillis(50), Duration.ofMillis(50)));
        ScriptedStream silent = peer.awaitStream(Lane.MESSAGE);
        awaitAttached();
        silent.beSilent();
        manager.send(heartbeat(1));

        ScriptedStream next = peer.awaitStream(Lane.MESSAGE);
        manager.send(heartbeat(2));

        await().until(() -> next.messages().equals(List.of(heartbeat(2))));
        await().until(() -> reports.unreachable().contains(REMOTE));
        assertThat(lane(manager, Lane.MESSAGE).inDoubt()).isEqualTo(1);
        assertThat(reports.threads()).doesNotContain(Thread.currentThread());
    }

    @Test
    void shouldCloseTheConnectionWhenAcknowledgementsStop() {
        AtomicBoolean ended = new AtomicBoolean();
        peer.on(STREAM_MESSAGE, (head, in, out) -> {
            out.write(RequestHead.ascii(ScriptedStream.CONTINUE + ScriptedStream.ACCEPTED));
            try {
                in.transferTo(OutputStream.nullOutputStream());
            } finally {
                ended.set(true);
            }
        });

        start(config().streamTimeout(Duration.ofSeconds(1))
                .acknowledgements(Duration.ofMillis(50), Duration.ofMillis(50)));

        await().untilTrue(ended);
    }

    @Test
    void shouldRedialWhenThePeerEndsItsAnswer() throws IOException {
        start(config());
        ScriptedStream ended = peer.awaitStream(Lane.MESSAGE);
        awaitAttached();

        ended.end();

        ScriptedStream next = peer.awaitStream(Lane.MESSAGE);
        manager.send(heartbeat(3));
        await().until(() -> next.messages().equals(List.of(heartbeat(3))));
        await().untilAsserted(
                        () -> assertThat(peer.open()).as("open connections").isEqualTo(2));
    }

    @Test
    void shouldEndTheStreamWhenTheAcknowledgedNumberCannotBe() throws IOException {
        start(config());
        ScriptedStream lying = peer.awaitStream(Lane.MESSAGE);
        awaitAttached();

        lying.acknowledge(1_000_000);

        assertThat(peer.awaitStream(Lane.MESSAGE)).isNotSameAs(lying);
        assertThat(lane(manager, Lane.MESSAGE).delivered()).isZero();
    }

    @Test
    void shouldBeginWithAWholeMessageWhenItRedials() {
        start(config());
        ScriptedStream first = peer.awaitStream(Lane.MSGAPP);
        awaitAttached();
        manager.send(List.of(app(1), app(2), app(3)));
        await().until(() -> first.messages().size() == 3);

        peer.cut();
        ScriptedStream second = peer.awaitStream(Lane.MSGAPP);
        manager.send(List.of(app(4), app(5)));

        // A decoder that begins at (0, 0) would make other messages of frames that go on from the first stream.
        await().until(() -> second.messages().equals(List.of(app(4), app(5))));
    }

    @Test
    void shouldAccountForEveryMessageWhenStreamsAreCutUnderLoad() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        start(config());
        awaitAttached();
        AtomicBoolean enough = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        Thread load = new Thread(() -> {
            while (!enough.get()) {
                manager.send(app(sent.incrementAndGet(), 200));
                if (sent.get() % 50 == 0) {
                    Thread.onSpinWait();
                }
            }
        });
        load.start();
        for (int cut = 0; cut < 40; cut++) {
            ScriptedStream stream = peer.awaitStream(Lane.MSGAPP);
            int messages = random.nextInt(100);
            await("seed " + seed).until(() -> stream.messages().size() >= messages);
            peer.cut();
        }
        enough.set(true);
        load.join();

        await("seed " + seed).untilAsserted(() -> {
            long accounted = 0;
            for (Lane each : Lane.values()) {
                accounted += lane(manager, each).delivered()
                        + lane(manager, each).inDoubt()
                        + lane(manager, each).dropped().values().stream()
                                .mapToLong(Long::longValue)
                                .sum();
            }
            assertThat(accounted).as("seed %d", seed).isEqualTo(sent.get());
        });
        awaitAttached();
    }

    private void awaitAttached() {
        await().until(() -> lane(manager, Lane.MSGAPP).attached()
                && lane(manager, Lane.MESSAGE).attached());
    }

    private static void passed(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
