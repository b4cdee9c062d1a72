package dev.rafthttp.bench;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether throughput and heap stay what they are: half the peak rate, which is found first, minute after minute. */
@Command(
        name = "soak",
        description = "half the peak rate for some minutes, a line each",
        mixinStandardHelpOptions = true)
final class Soak implements Callable<Integer> {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** A burst of messages falls due at once, this often. */
    private static final long BURST_NANOS = 1_000_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(names = "--minutes", description = "how long (default ${DEFAULT-VALUE})")
    private int minutes = 10;

    @Option(names = "--count", description = "messages of the run that finds the peak (default ${DEFAULT-VALUE})")
    private long count = 3_000_000;

    @Option(names = "--window", description = "messages that may be on the way (default ${DEFAULT-VALUE})")
    private long window = 2_048;

    @Override
    public Integer call() {
        load.check(spec.commandLine());
        Arguments.atLeast(spec.commandLine(), "--minutes", minutes, 1);
        Arguments.atLeast(spec.commandLine(), "--count", count, 1);
        Arguments.atLeast(spec.commandLine(), "--window", window, 1);
        AtomicLong received = new AtomicLong();
        Heap heap = new Heap();
        try (Link link = load.carrier().open(message -> received.incrementAndGet())) {
            MsgApps messages = new MsgApps(Link.RECEIVER, 1, load.size());
            WindowedLoad sender = new WindowedLoad(link, messages::next, received, window);
            sender.warmUp(count, load.warmUpSeconds());
            long rate = Math.max(1, (long) (count / sender.run(count) / 2));
            heap.takeLongestPauseMillis();
            for (int minute = 1; minute <= minutes; minute++) {
                minute(minute, rate, sender, heap);
            }
        }
        return 0;
    }

    private void minute(int minute, long rate, WindowedLoad sender, Heap heap) {
        PrintWriter out = spec.commandLine().getOut();
        long collecting = heap.collectionMillis();
        long start = System.nanoTime();
        long sent = 0;
        for (long now = start; now - start < MINUTE_NANOS; now = System.nanoTime()) {
            long due = (long) ((now - start) / 1e9 * rate);
            if (due > sent) {
                sender.send(due - sent);
                sent = due;
            }
            LockSupport.parkNanos(BURST_NANOS);
        }
        // Throws if one is missing.
        sender.awaitAll();
        double seconds = (System.nanoTime() - start) / 1e9;
        long collected = heap.collectionMillis() - collecting;
        long pause = heap.takeLongestPauseMillis();
        long live = Heap.liveBytes();
        heap.takeLongestPauseMillis();
        out.println(Lines.format(
                "%s minute=%d size=%d rate=%d  %s  heap %d KiB  gc %d ms, longest %d ms  lost 0",
                load.carrier(),
                minute,
                load.size(),
                rate,
                Lines.rates(sent, load.size(), seconds),
                live >> 10,
                collected,
                pause));
        out.flush();
    }
}
