package dev.rafthttp.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
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
        description = "half the peak rate for some minutes, one line per minute",
        mixinStandardHelpOptions = true)
final class Soak implements Callable<Integer> {
    private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** A burst of messages falls due at once, this often. */
    private static final long BURST_NANOS = 1_000_000;

    /** Messages that find a peak of no meaning. */
    private static final long QUICK_COUNT = 20_000;

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

    @Option(names = "--quick", description = "two seconds for the minutes, to see that it works; measures nothing")
    private boolean quick;

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
            long peakCount = quick ? QUICK_COUNT : count;
            sender.warmUp(peakCount, quick ? 0 : load.warmUpSeconds());
            long rate = Math.max(1, (long) (peakCount / sender.run(peakCount) / 2));
            heap.takeLongestPauseMillis();
            List<Minute> all = new ArrayList<>();
            for (int minute = 1; minute <= (quick ? 2 : minutes); minute++) {
                all.add(minute(minute, rate, sender, heap));
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println(load.carrier() + " " + summary(all));
            out.flush();
        }
        return 0;
    }

    private static String summary(List<Minute> all) {
        Minute first = all.get(0);
        Minute last = all.get(all.size() - 1);
        return Lines.format(
                "%d minutes: last minute %.3f of the first, heap %.3f of the first, longest pause %d ms, %d lost in all",
                all.size(),
                last.messagesASecond() / first.messagesASecond(),
                (double) last.heapBytes() / first.heapBytes(),
                all.stream().mapToLong(Minute::longestPauseMillis).max().orElse(0),
                all.stream().mapToLong(Minute::lost).sum());
    }

    private Minute minute(int minute, long rate, WindowedLoad sender, Heap heap) {
        PrintWriter out = spec.commandLine().getOut();
        long length = quick ? TimeUnit.SECONDS.toNanos(1) : MINUTE_NANOS;
        long collecting = heap.collectionMillis();
        long start = System.nanoTime();
        long sent = 0;
        for (long now = start; now - start < length; now = System.nanoTime()) {
            long due = (long) ((now - start) / 1e9 * rate);
            if (due > sent) {
                sender.send(due - sent);
                sent = due;
            }
            LockSupport.parkNanos(BURST_NANOS);
        }
        long lost = sender.awaitAllButLost();
        double seconds = (System.nanoTime() - start) / 1e9;
        long collected = heap.collectionMillis() - collecting;
        long pause = heap.takeLongestPauseMillis();
        long live = Heap.liveBytes();
        out.println(Lines.format(
                "%s minute=%d size=%d rate=%d  %s  heap %d KiB  gc %d ms, longest %d ms  lost %d",
                load.carrier(),
                minute,
                load.size(),
                rate,
                Lines.rates(sent, load.size(), seconds),
                live >> 10,
                collected,
                pause,
                lost));
        out.flush();
        return new Minute((sent - lost) / seconds, live, pause, lost);
    }

    /**
     * What a minute showed.
     *
     * @param heapBytes that were left after a full collection at its end
     */
    private record Minute(double messagesASecond, long heapBytes, long longestPauseMillis, long lost) {}
}
