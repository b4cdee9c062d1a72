package dev.rafthttp.bench;

import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long a MsgApp takes from {@code send} to the callback at a paced rate. A latency above the pace also stands for the
 * messages that should have been sent meanwhile (correction for coordinated omission).
 */
@Command(name = "latency", description = "one-way latency at a paced rate", mixinStandardHelpOptions = true)
final class Latency implements Callable<Integer> {
    private static final int RUNS = 3;
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(10);

    @Option(names = "--size", description = "bytes of data an entry, 8 or more (default ${DEFAULT-VALUE})")
    private int size = 128;

    @Option(names = "--rate", description = "messages a second (default ${DEFAULT-VALUE})")
    private int rate = 2_000;

    @Option(names = "--count", description = "messages a run (default ${DEFAULT-VALUE})")
    private long count = 20_000;

    @Override
    public Integer call() {
        Histogram histogram = new Histogram(3);
        AtomicLong received = new AtomicLong();
        try (Pair pair = new Pair(message -> {
            histogram.recordValueWithExpectedInterval(
                    Math.max(0, System.nanoTime() - MsgApps.nanosOf(message)), intervalNanos());
            received.incrementAndGet();
        })) {
            MsgApps messages = new MsgApps(1, size);
            // The JIT compiler needs some ten thousand calls; the first run stands for them.
            run(pair, messages, received);
            for (int i = 0; i < RUNS; i++) {
                histogram.reset();
                run(pair, messages, received);
                System.out.printf(
                        Locale.ROOT,
                        "rafthttp size=%d rate=%d n=%d p50=%.1fus p99=%.1fus p999=%.1fus max=%.1fus%n",
                        size,
                        rate,
                        histogram.getTotalCount(),
                        histogram.getValueAtPercentile(50) / 1e3,
                        histogram.getValueAtPercentile(99) / 1e3,
                        histogram.getValueAtPercentile(99.9) / 1e3,
                        histogram.getMaxValue() / 1e3);
            }
        }
        return 0;
    }

    private long intervalNanos() {
        return TimeUnit.SECONDS.toNanos(1) / rate;
    }

    private void run(Pair pair, MsgApps messages, AtomicLong received) {
        long base = received.get();
        long interval = intervalNanos();
        long due = System.nanoTime();
        for (long i = 0; i < count; i++) {
            due += interval;
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            pair.sender().send(messages.next(System.nanoTime()));
        }
        long end = System.nanoTime();
        while (received.get() - base < count && System.nanoTime() - end < GIVE_UP_NANOS) {
            LockSupport.parkNanos(1_000_000);
        }
    }
}
