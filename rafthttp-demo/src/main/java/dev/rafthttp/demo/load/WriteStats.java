package dev.rafthttp.demo.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/** The counts of the writers. Thread-safe. */
public final class WriteStats {
    /** 1 ns to 10 minutes at 3 digits; longer waits count as 10 minutes. */
    private static final long HIGHEST_NANOS = TimeUnit.MINUTES.toNanos(10);

    private static final int DIGITS = 3;
    /** Enough examples of a bug that affects every write. */
    private static final int VIOLATIONS_KEPT = 5;

    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder violationCount = new LongAdder();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final Recorder latencies = new Recorder(HIGHEST_NANOS, DIGITS);
    private final CompletableFuture<Long> firstAfterFailover = new CompletableFuture<>();
    private volatile boolean leaderKilled;

    /** Counts a write that was acknowledged at {@code now}, and how long it took from its first attempt. */
    void acknowledged(long startNanos, long now) {
        acknowledged.increment();
        latencies.recordValue(Math.min(now - startNanos, HIGHEST_NANOS));
        if (leaderKilled && !firstAfterFailover.isDone()) {
            firstAfterFailover.complete(now);
        }
    }

    /** Counts an attempt that failed and is made again. */
    void retried() {
        retries.increment();
    }

    /** Notes that the store broke a promise. */
    void violated(String what) {
        violationCount.increment();
        if (violationCount.sum() <= VIOLATIONS_KEPT) {
            violations.add(what);
        }
    }

    /** Says that the leader is gone, so that the next acknowledgement is the new one's. */
    public void leaderKilled() {
        leaderKilled = true;
    }

    /** When the first write after {@link #leaderKilled} was acknowledged, once it is. */
    public CompletableFuture<Long> firstAfterFailover() {
        return firstAfterFailover;
    }

    public long acknowledgedCount() {
        return acknowledged.sum();
    }

    public long retryCount() {
        return retries.sum();
    }

    /** The promises that the store broke: the first few, and the number of the others. */
    public List<String> violations() {
        List<String> told = new ArrayList<>(violations);
        long untold = violationCount.sum() - told.size();
        if (untold > 0) {
            told.add("and " + untold + " times more");
        }
        return told;
    }

    /** Latencies of every write so far, in nanoseconds. Call once, at the end. */
    public Histogram latencies() {
        return latencies.getIntervalHistogram();
    }
}
