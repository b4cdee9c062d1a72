package dev.rafthttp.peer;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who drains the lanes of a transport, however many peers it has: each sender itself, as long as it writes to a few, and else a
 * few threads.
 *
 * <p>A sender that goes round many peers finds every lane idle, and would make a write of every message. So it may write to
 * a few in a row; the other lanes wait here, and messages gather in them. One wake-up serves all that wait.
 *
 * <p>Any thread. Drains run in the order in which they came, as many at a time as there are threads, and must not block.
 */
public final class Drainers {
    private static final Logger LOG = LoggerFactory.getLogger(Drainers.class);

    /**
     * What senders write by themselves without a pause of {@link StreamWriter#BUSY_WITHIN_NANOS}: to each peer of a common
     * cluster, by each of its two lanes.
     */
    static final int SENDERS_WRITES = 8;

    private final Executor executor;
    private final int maxThreads;
    private final Queue<Runnable> drains = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger threads = new AtomicInteger();

    // Senders that race for these make a write more or less by themselves, which does no harm.
    private volatile int sendersWrites;
    private volatile long lastWriteNanos;

    /**
     * @param executor whose threads drain; it must start a task even while others block
     * @param maxThreads how many drain at a time, 1 or more
     * @param nowNanos the clock's time
     */
    Drainers(Executor executor, int maxThreads, long nowNanos) {
        this.executor = executor;
        this.maxThreads = maxThreads;
        this.lastWriteNanos = nowNanos - StreamWriter.BUSY_WITHIN_NANOS;
    }

    /** Leaves to Raft, and to what receives, at least half of the processors. */
    static Drainers ofProcessors(Executor executor, long nowNanos) {
        return new Drainers(executor, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), nowNanos);
    }

    /** Whether a sender that has found a lane idle writes by itself, which it then must. */
    boolean letSenderWrite(long nowNanos) {
        int before = nowNanos - lastWriteNanos < StreamWriter.BUSY_WITHIN_NANOS ? sendersWrites : 0;
        if (before >= SENDERS_WRITES) {
            return false;
        }
        sendersWrites = before + 1;
        lastWriteNanos = nowNanos;
        return true;
    }

    /** Some lane has just been written. */
    void wrote(long nowNanos) {
        lastWriteNanos = nowNanos;
    }

    /** Drains a lane as soon as a thread is free for it. */
    void execute(Runnable drain) {
        int lanes = waiting.incrementAndGet();
        drains.add(drain);
        // Those that run take one each of what waits, so that no more are woken than find something to do.
        if (lanes > threads.get() && addThread()) {
            executor.execute(this::drainAll);
        }
    }

    private boolean addThread() {
        int running = threads.get();
        return running < maxThreads && threads.compareAndSet(running, running + 1);
    }

    private void drainAll() {
        do {
            Runnable drain = drains.poll();
            while (drain != null) {
                waiting.decrementAndGet();
                run(drain);
                drain = drains.poll();
            }
            threads.decrementAndGet();
            // What came before that was left to this thread.
        } while (!drains.isEmpty() && addThread());
    }

    private static void run(Runnable drain) {
        try {
            drain.run();
        } catch (RuntimeException e) {
            LOG.error("a lane could not be drained, and takes no more messages until its peer is added anew", e);
        }
    }
}
