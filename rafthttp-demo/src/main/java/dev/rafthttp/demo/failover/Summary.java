package dev.rafthttp.demo.failover;

import dev.rafthttp.demo.kv.KvNode;
import dev.rafthttp.demo.kv.Replica;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The result of a run.
 *
 * @param acknowledged writes that were committed and acknowledged
 * @param elapsed from the first write to the last acknowledgement
 * @param latencies of the acknowledged writes, in nanoseconds, retries included
 * @param retries attempts that failed and were made again
 * @param failoverPause from the leader's end to the next acknowledged write
 * @param snapshotInstalls snapshots that members received from each other
 * @param replicas every member's map at the end
 * @param problems differences between replicas and broken promises; empty if all is well
 */
record Summary(
        long acknowledged,
        Duration elapsed,
        Histogram latencies,
        long retries,
        Duration failoverPause,
        int snapshotInstalls,
        List<Replica> replicas,
        List<String> problems) {

    /** Enough examples of a bug that affects everything. */
    private static final int PROBLEMS_PRINTED = 20;

    /** 0, or 1 if replicas differ or an acknowledged write is lost. */
    int exitStatus() {
        return problems.isEmpty() ? 0 : 1;
    }

    /** Prints the result for people. */
    void print(PrintStream out) {
        Replica first = replicas.get(0);
        line(
                out,
                "committed writes",
                "%,d in %.1f s, %,.0f writes/s",
                acknowledged,
                seconds(elapsed),
                writesPerSecond());
        line(
                out,
                "latency",
                "p50 %.2f ms, p99 %.2f ms, max %.0f ms",
                latencyMillis(latencies.getValueAtPercentile(50)),
                latencyMillis(latencies.getValueAtPercentile(99)),
                latencyMillis(latencies.getMaxValue()));
        line(
                out,
                "failover pause",
                "%.2f s, of which MicroRaft waits %d s for the leader",
                seconds(failoverPause),
                KvNode.LEADER_TIMEOUT_SECONDS);
        line(out, "retried attempts", "%,d", retries);
        line(out, "snapshot installs", "%d", snapshotInstalls);
        line(
                out,
                "replicas",
                "%d, %s: %,d keys at index %,d, digest %.16s",
                replicas.size(),
                problems.isEmpty() ? "equal" : "NOT AS PROMISED",
                first.entries().size(),
                first.appliedIndex(),
                first.digest());
        if (problems.isEmpty()) {
            line(out, "acknowledged writes", "none lost");
        }
        problems.stream().limit(PROBLEMS_PRINTED).forEach(problem -> out.println("  PROBLEM: " + problem));
        if (problems.size() > PROBLEMS_PRINTED) {
            out.println("  and " + (problems.size() - PROBLEMS_PRINTED) + " more");
        }
        out.flush();
    }

    private double writesPerSecond() {
        return acknowledged / seconds(elapsed);
    }

    private static void line(PrintStream out, String label, String format, Object... values) {
        out.printf(Locale.ROOT, "  %-20s " + format + "%n", prepend(label, values));
    }

    private static Object[] prepend(String label, Object[] values) {
        Object[] all = new Object[values.length + 1];
        all[0] = label;
        System.arraycopy(values, 0, all, 1, values.length);
        return all;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
    }

    private static double latencyMillis(long nanos) {
        return nanos / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
