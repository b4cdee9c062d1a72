package dev.rafthttp.cluster;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what a cluster does by itself. */
final class Await {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    /** What may fail, as a cluster that is broken does, and is then false. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    /** What did not come about in time. */
    static final class TimedOutException extends Exception {
        TimedOutException(String message) {
            super(message);
        }
    }

    /**
     * Returns as soon as the condition holds.
     *
     * @return how long that took
     * @throws TimedOutException if it does not within the patience; with how the condition last failed
     */
    static Duration until(String what, Duration patience, Condition condition)
            throws TimedOutException, InterruptedException {
        long start = System.nanoTime();
        String last = "";
        while (true) {
            try {
                if (condition.holds()) {
                    return Duration.ofNanos(System.nanoTime() - start);
                }
            } catch (InterruptedException stop) {
                throw stop;
            } catch (Exception notYet) {
                last = ": " + notYet;
            }
            if (System.nanoTime() - start > patience.toNanos()) {
                throw new TimedOutException("no " + what + " within " + patience.toSeconds() + " s" + last);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
