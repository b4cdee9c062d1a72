package dev.rafthttp.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How many MsgApp a second one member can send another, and what each costs. */
@Command(
        name = "throughput",
        description = "messages a second, and CPU time a message",
        mixinStandardHelpOptions = true)
final class Throughput implements Callable<Integer> {
    private static final int RUNS = 3;
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(100);

    @Option(names = "--size", description = "bytes of data an entry, 8 or more (default ${DEFAULT-VALUE})")
    private int size = 128;

    @Option(names = "--entries", description = "entries a message (default ${DEFAULT-VALUE})")
    private int entries = 1;

    @Option(names = "--count", description = "messages a run (default ${DEFAULT-VALUE})")
    private long count = 300_000;

    @Option(names = "--window", description = "messages that may be on the way (default ${DEFAULT-VALUE})")
    private long window = 2_048;

    @Option(names = "--warm-up", description = "seconds before the first run (default ${DEFAULT-VALUE})")
    private int warmUpSeconds = 8;

    private final AtomicLong received = new AtomicLong();
    private final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    @Override
    public Integer call() {
        try (Pair pair = new Pair(message -> received.incrementAndGet())) {
            MsgApps messages = new MsgApps(entries, size);
            warmUp(pair, messages);
            for (int i = 0; i < RUNS; i++) {
                long cpu = system.getProcessCpuTime();
                double seconds = run(pair, messages, count);
                double cpuMicros = (system.getProcessCpuTime() - cpu) / 1e3 / count;
                System.out.printf(
                        Locale.ROOT,
                        "rafthttp size=%d entries=%d n=%d  %.0f msg/s  %.1f MB/s  cpu %.2f us/msg%n",
                        size,
                        entries,
                        count,
                        count / seconds,
                        (double) count * size * entries / seconds / 1e6,
                        cpuMicros);
            }
        }
        return 0;
    }

    /** Until the JIT compiler is done with the message path, which is a matter of seconds, not of messages. */
    private void warmUp(Pair pair, MsgApps messages) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(warmUpSeconds);
        do {
            run(pair, messages, Math.min(count, window * 16));
        } while (System.nanoTime() < end);
    }

    private double run(Pair pair, MsgApps messages, long n) {
        long base = received.get();
        long start = System.nanoTime();
        for (long i = 0; i < n; i++) {
            while (i - (received.get() - base) >= window) {
                LockSupport.parkNanos(20_000);
            }
            pair.sender().send(messages.next(start));
        }
        while (received.get() - base < n) {
            if (System.nanoTime() - start > GIVE_UP_NANOS) {
                throw new IllegalStateException("LOST " + (n - (received.get() - base)) + " of " + n + " messages");
            }
            LockSupport.parkNanos(50_000);
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
