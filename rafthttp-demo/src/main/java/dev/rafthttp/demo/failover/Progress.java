package dev.rafthttp.demo.failover;

import dev.rafthttp.demo.kv.KvCluster;
import dev.rafthttp.demo.kv.KvNode;
import dev.rafthttp.demo.load.WriteStats;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Prints how a run goes: one line per second, and one per event. One thread starts and stops it, and also notes events. */
final class Progress {
    private final KvCluster cluster;
    private final WriteStats stats;
    private final PrintStream out;
    private final long startNanos;
    private @Nullable ScheduledFuture<?> ticking;
    /** Owned by the timer's thread. */
    private long told;

    Progress(KvCluster cluster, WriteStats stats, PrintStream out, long startNanos) {
        this.cluster = cluster;
        this.stats = stats;
        this.out = out;
        this.startNanos = startNanos;
    }

    void start(ScheduledExecutorService timer) {
        out.printf(Locale.ROOT, "%8s  %8s  %6s  %12s  %10s%n", "time", "leader", "term", "committed", "writes/s");
        out.flush();
        ticking = timer.scheduleAtFixedRate(this::tell, 1, 1, TimeUnit.SECONDS);
    }

    void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
    }

    /** Prints an event. */
    void note(String event) {
        out.printf(Locale.ROOT, "%6.1f s  * %s%n", elapsedSeconds(), event);
        out.flush();
    }

    private void tell() {
        Optional<KvNode> leader = cluster.leader();
        long committed = stats.acknowledgedCount();
        out.printf(
                Locale.ROOT,
                "%6.1f s  %8s  %6s  %,12d  %,10d%n",
                elapsedSeconds(),
                leader.map(node -> node.id().toString()).orElse("-"),
                leader.map(node -> Integer.toString(node.term())).orElse("-"),
                committed,
                committed - told);
        out.flush();
        told = committed;
    }

    private double elapsedSeconds() {
        return (System.nanoTime() - startNanos) / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
