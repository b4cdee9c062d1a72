package dev.rafthttp.runtime;

import java.time.Instant;

/** Time, and what is to happen later. Everything in this package that depends on time gets it from here. */
public interface Scheduler {

    /** A monotonic clock, in nanoseconds; only differences mean anything. */
    long nanoTime();

    /** The wall clock, for what people read. */
    Instant now();

    /**
     * Runs a task once, on the scheduler's thread, so the task must not block.
     *
     * @param delayNanos from now, in nanoseconds; 0 or less means at once
     */
    Cancellable schedule(Runnable task, long delayNanos);

    /** A task that has not run yet. */
    @FunctionalInterface
    interface Cancellable {
        /** Keeps the task from running, if it has not begun. */
        void cancel();
    }
}
