package dev.rafthttp.runtime;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The time that all parts of a transport have together to close. A part may take half of what is left when it begins, so that one
 * that hangs leaves time to the others.
 */
public final class CloseDeadline {
    private static final Logger LOG = LoggerFactory.getLogger(CloseDeadline.class);

    private final LongSupplier nanoClock;
    private final long endNanos;

    /** What may not end, or throws. */
    public interface Part {
        void stop() throws Exception;
    }

    /**
     * Begins now.
     *
     * @param nanoClock as {@link System#nanoTime}
     */
    public CloseDeadline(long millis, LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.endNanos = nanoClock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    /** What is left, at least 1: to Jetty and to {@link Thread#join}, 0 is another thing. */
    public long leftMillis() {
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(endNanos - nanoClock.getAsLong()));
    }

    /** What the next part may take. */
    long partMillis() {
        return Math.max(1, leftMillis() / 2);
    }

    /**
     * Stops a part on a thread of its own and waits for it. Jetty waits without a limit for a thread of its pool, all of which
     * may be held by Raft.
     *
     * @param what the part, for the log
     */
    public void stop(String threadName, String what, Part part) {
        Thread stopper = new Thread(() -> run(what, part), threadName);
        stopper.setDaemon(true);
        stopper.start();
        long millis = partMillis();
        try {
            stopper.join(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (stopper.isAlive()) {
            LOG.warn("{} is still closing after {} ms", what, millis);
        }
    }

    private static void run(String what, Part part) {
        try {
            part.stop();
        } catch (Exception e) {
            LOG.warn("{} did not stop cleanly", what, e);
        }
    }
}
