package dev.rafthttp.outbound;

import dev.rafthttp.StreamType;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who drains the lanes of a transport, however many peers it has: each sender itself, as long as it writes to a few, and else a
 * few threads.
 *
 * <p>A sender that goes round many peers finds every lane idle, and would make a write of every message. So it may write to
 * a few in a row; the other lanes wait here, and messages gather in them. One wake-up serves all that wait.
 *
 * <p>Message lanes come before MsgApp lanes, since the heartbeats on them must not wait until every peer has been sent its
 * share of entries; but not so many in a row that a MsgApp lane starves.
 *
 * <p>Any thread. Of a kind, drains run in the order in which they came, as many at a time as there are threads, and must not
 * block.
 */
public final class Drainers {
    private static final Logger LOG = LoggerFactory.getLogger(Drainers.class);

    /**
     * What senders write by themselves without a pause of {@link LaneDrain#BUSY_WITHIN_NANOS}: to each peer of a common
     * cluster, by each of its two lanes.
     */
    public static final int SENDERS_WRITES = 8;

    /** Message lanes in a row while a MsgApp lane waits. */
    public static final int MESSAGE_LANES_IN_A_ROW = 16;

    private final Executor executor;
    private final int maxThreads;
    private final Queue<Runnable> messageLanes = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> msgAppLanes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicInteger threads = new AtomicInteger();

    // Senders that race for these make a write more or less by themselves, which does no harm.
    private volatile int sendersWrites;
    private volatile long lastWriteNanos;

    // Drainers that race for this take a lane out of turn, which does no harm.
    private volatile int messageLanesInARow;

    /**
     * @param executor whose threads drain; it must start a task even while others block
     * @param maxThreads how many drain at a time, 1 or more
     * @param nowNanos the clock's time
     */
    public Drainers(Executor executor, int maxThreads, long nowNanos) {
        this.executor = executor;
        this.maxThreads = maxThreads;
        this.lastWriteNanos = nowNanos - LaneDrain.BUSY_WITHIN_NANOS;
    }

    /** Leaves to Raft, and to what receives, at least half of the processors. */
    public static Drainers ofProcessors(Executor executor, long nowNanos) {
        return new Drainers(executor, Math.max(1, Runtime.getRuntime().availableProcessors() / 2), nowNanos);
    }

    /** Whether a sender that has found a lane idle writes by itself, which it then must. */
    public boolean letSenderWrite(long nowNanos) {
        int before = nowNanos - lastWriteNanos < LaneDrain.BUSY_WITHIN_NANOS ? sendersWrites : 0;
        if (before >= SENDERS_WRITES) {
            return false;
        }
        sendersWrites = before + 1;
        lastWriteNanos = nowNanos;
        return true;
    }

    /** Some lane has just been written. */
    public void wrote(long nowNanos) {
        lastWriteNanos = nowNanos;
    }

    /** Drains a lane as soon as a thread is free for it. */
    public void execute(StreamType type, Runnable drain) {
        int lanes = waiting.incrementAndGet();
        try {
            (type == StreamType.MESSAGE ? messageLanes : msgAppLanes).add(drain);
        } catch (RuntimeException | Error e) {
            waiting.decrementAndGet();
            throw e;
        }
        // Those that run take one each of what waits, so that no more are woken than find something to do.
        if (lanes > threads.get() && addThread()) {
            start();
        }
    }

    /**
     * Has a thread drain what waits. The executor must not reject, but may have no memory for a thread: the caller's own then
     * drains, as no other would. Does not throw, since the lane that waits may be drained already.
     */
    private void start() {
        Helper helper = new Helper();
        try {
            executor.execute(helper);
        } catch (RuntimeException | Error e) {
            helper.run();
            LOG.error("no thread drains lanes but the one that asked for it", e);
        }
    }

    /** One of {@link #threads}. Runs once, even if the executor keeps what it said that it could not run. */
    private final class Helper implements Runnable {
        private final AtomicBoolean begun = new AtomicBoolean();

        @Override
        public void run() {
            if (begun.compareAndSet(false, true)) {
                drainAll();
            }
        }
    }

    private boolean addThread() {
        int running = threads.get();
        return running < maxThreads && threads.compareAndSet(running, running + 1);
    }

    private void drainAll() {
        do {
            Runnable drain = poll();
            while (drain != null) {
                waiting.decrementAndGet();
                run(drain);
                drain = poll();
            }
            threads.decrementAndGet();
            // What came before that was left to this thread.
        } while (!(messageLanes.isEmpty() && msgAppLanes.isEmpty()) && addThread());
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // see the field
    private @Nullable Runnable poll() {
        if (messageLanesInARow < MESSAGE_LANES_IN_A_ROW) {
            Runnable messages = messageLanes.poll();
            if (messages != null) {
                messageLanesInARow++;
                return messages;
            }
        }
        messageLanesInARow = 0;
        Runnable msgApps = msgAppLanes.poll();
        return msgApps == null ? messageLanes.poll() : msgApps;
    }

    private static void run(Runnable drain) {
        try {
            drain.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a lane could not be drained", e);
        }
    }

    @Override
    public String toString() {
        return threads + " of " + maxThreads + " drainers at work, " + waiting + " lanes waiting";
    }
}
