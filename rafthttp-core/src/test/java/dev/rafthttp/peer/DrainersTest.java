package dev.rafthttp.peer;

import static dev.rafthttp.fixture.TestMessages.heartbeat;
import static dev.rafthttp.outbound.WriterBench.assertWritten;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.StreamType;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.fixture.ManualExecutor;
import dev.rafthttp.fixture.ScriptedPoster;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.fixture.Surroundings;
import dev.rafthttp.outbound.Drainers;
import dev.rafthttp.outbound.StreamWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DrainersTest {
    private static final long NOW = 1_000_000_000;

    private final ManualExecutor executor = new ManualExecutor();
    private final Drainers drainers = new Drainers(executor, 2, NOW);
    private final List<Integer> drained = new ArrayList<>();

    @Test
    void shouldLetASenderWriteToAFewLanesInARowWhenNothingWasWrittenBefore() {
        for (int lane = 0; lane < Drainers.SENDERS_WRITES; lane++) {
            assertThat(drainers.letSenderWrite(NOW + lane)).isTrue();
        }

        assertThat(drainers.letSenderWrite(NOW + Drainers.SENDERS_WRITES)).isFalse();
    }

    @Test
    void shouldLetNoSenderWriteAgainWhileOthersWrite() {
        exhaust();

        long later = NOW;
        for (int i = 0; i < 10; i++) {
            later += StreamWriter.BUSY_WITHIN_NANOS - 1;
            assertThat(drainers.letSenderWrite(later)).isFalse();
            drainers.wrote(later);
        }
    }

    @Test
    void shouldLetASenderWriteAgainWhenNothingWasWrittenForAWhile() {
        exhaust();
        drainers.wrote(NOW + 7);

        assertThat(drainers.letSenderWrite(NOW + 7 + StreamWriter.BUSY_WITHIN_NANOS - 1))
                .isFalse();
        assertThat(drainers.letSenderWrite(NOW + 7 + StreamWriter.BUSY_WITHIN_NANOS))
                .isTrue();
    }

    @Test
    void shouldGatherBatchesWhenASenderGoesRoundManyPeers() {
        Surroundings surroundings = new Surroundings();
        PeerEnvironment environment = surroundings.environment();
        List<Peer> peers = new ArrayList<>();
        List<ScriptedSink> sinks = new ArrayList<>();
        for (int i = 0; i < Drainers.SENDERS_WRITES + 2; i++) {
            Peer peer = new Peer(
                    environment,
                    new MemberId(100 + i),
                    List.of(PeerBench.URL),
                    Dialect.PUSH,
                    false,
                    new ScriptedPoster());
            ScriptedSink sink = new ScriptedSink();
            peer.writer(StreamType.MESSAGE).attach(sink, new MessageEncoder(), true);
            surroundings.scheduler.advance(Duration.ofMillis(1));
            peers.add(peer);
            sinks.add(sink);
        }

        peers.forEach(peer -> peer.send(heartbeat(1)));
        peers.forEach(peer -> peer.send(heartbeat(2)));
        List<Integer> bySender =
                sinks.stream().map(sink -> sink.writes().size()).toList();
        surroundings.executor.runAll();

        assertThat(bySender).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 0, 0);
        assertThat(sinks.get(Drainers.SENDERS_WRITES).writes()).hasSize(1);
        sinks.forEach(sink -> assertWritten(sink, heartbeat(1), heartbeat(2)));
    }

    @Test
    void shouldWakeOneThreadForAsManyLanesAsItMayWhenAnotherIsNotNeeded() {
        drainers.execute(StreamType.MSGAPP, () -> drainers.execute(StreamType.MSGAPP, () -> drained.add(2)));

        executor.runNext();

        assertThat(drained).containsExactly(2);
        assertThat(executor.pending()).isZero();
    }

    @Test
    void shouldWakeNoMoreThreadsThanItMay() {
        for (int i = 0; i < 10; i++) {
            int lane = i;
            drainers.execute(StreamType.MSGAPP, () -> drained.add(lane));
        }

        assertThat(executor.pending()).isEqualTo(2);
        executor.runAll();
        assertThat(drained).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void shouldDrainMessageLanesBeforeMsgAppLanesButStarveNone() {
        int msgAppLane = -1;
        drainers.execute(StreamType.MSGAPP, () -> drained.add(msgAppLane));
        for (int i = 0; i <= Drainers.MESSAGE_LANES_IN_A_ROW; i++) {
            int lane = i;
            drainers.execute(StreamType.MESSAGE, () -> drained.add(lane));
        }

        executor.runAll();

        assertThat(drained.subList(0, Drainers.MESSAGE_LANES_IN_A_ROW))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
        assertThat(drained.subList(Drainers.MESSAGE_LANES_IN_A_ROW, drained.size()))
                .containsExactly(msgAppLane, Drainers.MESSAGE_LANES_IN_A_ROW);
    }

    @Test
    void shouldGoOnWhenADrainFails() {
        drainers.execute(StreamType.MSGAPP, () -> {
            throw new IllegalStateException("broken");
        });
        drainers.execute(StreamType.MSGAPP, () -> drained.add(1));

        executor.runAll();
        drainers.execute(StreamType.MSGAPP, () -> drained.add(2));
        executor.runAll();

        assertThat(drained).containsExactly(1, 2);
    }

    @Test
    void shouldForgetNoLaneWhenManySendersHandOverAtOnce() {
        int senders = 4;
        int each = 50_000;
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            Drainers real = new Drainers(threads, 2, NOW);
            AtomicInteger count = new AtomicInteger();
            for (int i = 0; i < senders; i++) {
                threads.execute(() -> {
                    for (int j = 0; j < each; j++) {
                        real.execute(j % 2 == 0 ? StreamType.MESSAGE : StreamType.MSGAPP, count::incrementAndGet);
                    }
                });
            }
            await().untilAsserted(() -> assertThat(count).hasValue(senders * each));
        } finally {
            threads.shutdownNow();
        }
    }

    private void exhaust() {
        for (int lane = 0; lane < Drainers.SENDERS_WRITES; lane++) {
            drainers.letSenderWrite(NOW);
        }
    }
}
