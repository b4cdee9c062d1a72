package dev.rafthttp.peer;

/**
 * Hands on an {@link Error} that leaves in doubt what state something is in. The rule for an {@code OutOfMemoryError}:
 *
 * <ul>
 *   <li>While bytes of one stream or request are collected or decoded, it belongs to that one: what was collected is let go,
 *       the stream ends, or the request is answered 503, and a line is logged. All else goes on.
 *   <li>Anywhere else, Raft's own code included, what was half done is not known. The stream or request ends as well, and the
 *       error goes to the thread's uncaught exception handler, where a user decides; the executables end their process.
 * </ul>
 */
public final class FatalErrors {
    private FatalErrors() {}

    /** Gives a failure to the uncaught exception handler if it is an Error. The threads' owners, Jetty above all, log it and go on. */
    public static void report(Throwable failure) {
        if (failure instanceof Error) {
            Thread thread = Thread.currentThread();
            thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
        }
    }
}
