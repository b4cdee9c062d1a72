package dev.rafthttp.demo.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Stops a command, for its user or for a member that cannot go on. Every wait of the command ends with the signal. Thread-safe. */
public final class StopSignal {
    /** A wait ends at most this late: short against anything that the demo measures. */
    private static final long POLL_MILLIS = 5;

    private final CountDownLatch stopped = new CountDownLatch(1);

    /** A wait has ended because of the signal. */
    public static final class StoppedException extends Exception {
        private StoppedException() {
            super("stopped before the end");
        }
    }

    /** Ends every wait, now and later. */
    public void raise() {
        stopped.countDown();
    }

    /** Waits until the signal is raised, or the thread is interrupted. */
    public void await() {
        try {
            stopped.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits until a condition holds.
     *
     * @return whether it held within the limit
     * @throws StoppedException if the signal is raised first
     */
    public boolean await(BooleanSupplier condition, Duration limit) throws StoppedException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > limit.toNanos()) {
                return false;
            }
            pause();
        }
        return true;
    }

    /** Waits until a moment of {@link System#nanoTime}. */
    public void awaitTime(long nanoTime) throws StoppedException {
        while (System.nanoTime() - nanoTime < 0) {
            pause();
        }
    }

    private void pause() throws StoppedException {
        try {
            if (stopped.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new StoppedException();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }
}
