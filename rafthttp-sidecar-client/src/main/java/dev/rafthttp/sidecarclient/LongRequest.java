package dev.rafthttp.sidecarclient;

import dev.rafthttp.runtime.Backoff;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request to the sidecar that is to last as long as the node. A thread of its own makes the request, and makes it again when it
 * has ended. The log has one line at the beginning of an outage, and one at its end.
 *
 * <p>Started once and closed once.
 */
final class LongRequest implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LongRequest.class);

    /** A sidecar needs about a second to start again. Ten attempts in that second cost nothing. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    /** The thread only has to close its connection. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final String what;
    private final Attempt attempt;
    private final Consumer<WrongSidecarException> refused;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean isConnected;

    // Owned by the thread.
    private final Backoff backoff =
            new Backoff(FIRST_PAUSE.toNanos(), LONGEST_PAUSE.toNanos(), RandomGenerator.getDefault());
    private boolean isOutage;
    private long connectedNanos;

    /** One request, from its beginning to its end. */
    @FunctionalInterface
    interface Attempt {
        /**
         * Makes the request, and returns only by an exception.
         *
         * @param connected to be told when the sidecar has taken the request up
         * @throws IOException how it ended
         * @throws WrongSidecarException if it must not be made again
         */
        void run(Runnable connected) throws IOException, InterruptedException, WrongSidecarException;
    }

    /**
     * @param what the request does, for the log and as the thread's name
     * @param refused told once, on the thread, that there will be no further attempt
     */
    LongRequest(String what, Attempt attempt, Consumer<WrongSidecarException> refused) {
        this.what = what;
        this.attempt = attempt;
        this.refused = refused;
        this.thread = new Thread(this::run, what);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether the request is under way. */
    boolean isConnected() {
        return isConnected;
    }

    private void run() {
        try {
            do {
                try {
                    attempt.run(this::connected);
                } catch (IOException | RuntimeException failure) {
                    ended(failure);
                }
            } while (!closed.await(backoff.nextNanos(), TimeUnit.NANOSECONDS));
        } catch (WrongSidecarException wrong) {
            isConnected = false;
            refused.accept(wrong);
        } catch (InterruptedException closing) {
            LOG.debug("{}: interrupted, as closing does", what);
        }
    }

    private void connected() {
        isConnected = true;
        connectedNanos = System.nanoTime();
        if (isOutage) {
            isOutage = false;
            LOG.info("{}: connected", what);
        }
    }

    private void ended(Exception cause) {
        // When two nodes use one sidecar, each ends the other's request at once. Such a request is repeated as seldom
        // as
        // a request that fails.
        if (isConnected && System.nanoTime() - connectedNanos > LONGEST_PAUSE.toNanos()) {
            backoff.reset();
        }
        isConnected = false;
        if (closed.getCount() > 0 && !isOutage) {
            isOutage = true;
            LOG.warn("{}: not connected, trying until it is: {}", what, reason(cause));
            LOG.debug("{}: why", what, cause);
        }
    }

    /** Jetty's message describes the whole connection, which is too long for a log line. */
    private static String reason(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof EOFException) {
                return "the sidecar has closed the connection";
            }
        }
        return String.valueOf(failure.getMessage());
    }

    /** Ends the request that is under way, and the thread. */
    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
        try {
            thread.join(CLOSE_TIMEOUT.toMillis());
            if (thread.isAlive()) {
                LOG.warn("{}: has not ended within {}", what, CLOSE_TIMEOUT);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        isConnected = false;
    }
}
