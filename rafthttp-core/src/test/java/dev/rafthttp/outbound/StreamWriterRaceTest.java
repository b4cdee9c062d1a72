package dev.rafthttp.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.ClusterId;
import dev.rafthttp.DropReason;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.fixture.RecordingLedger;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.fixture.TestMessages;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.queue.SendQueue;
import dev.rafthttp.queue.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.SystemScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two threads that ask for different things of a writer at the same moment, many times. Drains run on the thread that asks
 * for them, so when both threads are through, the writer must have settled: nobody will remind it.
 */
@Timeout(120)
class StreamWriterRaceTest {
    private static final int ROUNDS = 5_000;
    private static final int PATIENCE_SECONDS = 20;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SystemScheduler scheduler = new SystemScheduler("race-scheduler");
    private final AtomicInteger round = new AtomicInteger();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        scheduler.close();
    }

    @Test
    void shouldKeepExactlyOneStreamWhenTwoAreAttachedAtOnce() throws Exception {
        StreamWriter writer = writer();
        Message message = TestMessages.heartbeat(1);
        for (int i = 0; i < ROUNDS; i++) {
            ScriptedSink one = new ScriptedSink();
            ScriptedSink two = new ScriptedSink();
            atOnce(
                    () -> writer.attach(one, new MessageEncoder(), true),
                    () -> writer.attach(two, new MessageEncoder(), true));
            writer.offer(message, message.getSerializedSize(), MessageClass.URGENT);

            ScriptedSink kept = one.closeCause() == null ? one : two;
            ScriptedSink replaced = kept == one ? two : one;
            assertThat(replaced.closeCause()).as("round %d", i).isNotNull();
            assertThat(kept.closeCause()).as("round %d", i).isNull();
            WriterBench.assertWritten(kept, message);
        }
    }

    @Test
    void shouldLeaveNoStreamOpenWhenClosedWhileOneIsAttached() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            StreamWriter writer = writer();
            ScriptedSink sink = new ScriptedSink();
            atOnce(
                    () -> writer.attach(sink, new MessageEncoder(), true),
                    () -> writer.close(DropReason.CLOSED, new PeerUnreachableException("removed")));

            assertThat(sink.closeCause()).as("round %d", i).hasMessage("removed");
            assertThat(writer.isUsable()).as("round %d", i).isFalse();
        }
    }

    /** Runs two actions on two threads, started together but for a gap that differs from round to round. */
    private void atOnce(Runnable one, Runnable two) throws Exception {
        CyclicBarrier start = new CyclicBarrier(2);
        int gap = round.getAndIncrement() % 64 - 32;
        List<Future<?>> both = new ArrayList<>();
        both.add(threads.submit(() -> runAfter(start, Math.max(0, gap), one)));
        both.add(threads.submit(() -> runAfter(start, Math.max(0, -gap), two)));
        for (Future<?> each : both) {
            each.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static @Nullable Void runAfter(CyclicBarrier start, int spins, Runnable action) throws Exception {
        start.await();
        for (int i = 0; i < spins; i++) {
            Thread.onSpinWait();
        }
        action.run();
        return null;
    }

    private StreamWriter writer() {
        return new StreamWriter(
                StreamType.MESSAGE,
                true,
                new SendQueue(4096, 64 << 20, true),
                TransportConfig.builder(new MemberId(1), new ClusterId(1)).build(),
                scheduler,
                Drainers.ofProcessors(Runnable::run, scheduler.nanoTime()),
                new RecordingLedger(new RecordingCallback(), PeerMetrics.NONE, scheduler, Runnable::run) {
                    @Override
                    public void failed(StreamType type, Throwable cause) {
                        throw new AssertionError(cause);
                    }
                });
    }
}
