package dev.rafthttp.runtime;

/** Time, and what is to happen later. Any thread. */
public interface Scheduler extends Clock {

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
