package dev.rafthttp.runtime;

/**
 * Hands on an {@link Error} that leaves in doubt what state something is in. The rule for an {@code OutOfMemoryError}:
 *
 * <ul>
 *   <li>While bytes of one stream or request are collected, decoded or answered, it belongs to that one: what was collected is
 *       let go, the stream ends, or the request is answered 503 or its connection closed, and a line is logged. All else goes
 *       on.
 *   <li>While Raft, or a queue, takes a message, what was half done is not known. The stream or request ends as well, and the
 *       error goes to the thread's uncaught exception handler, where a user decides; the executables end their process.
 * </ul>
 *
 * <p>A {@code StackOverflowError} or an {@code AssertionError} of Raft's ends the stream or request and no more.
 */
public final class FatalErrors {
    private FatalErrors() {}

    /**
     * Gives what Raft or a queue threw to the uncaught exception handler, if it is the JVM that failed. A thread's owner, Jetty
     * above all, would log it and go on.
     */
    public static void report(Throwable failure) {
        if (failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError)) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        }
    }
}
