package dev.rafthttp.sidecar.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Notices that a client closes its connection while there is nothing to write to it. The next messages then wait for the next
 * reader, instead of being written to a dead connection. Jetty itself notices only when it writes.
 *
 * <p>A connection takes one reader's interest at a time, and Jetty reads on when the exchange is complete. The watch must therefore be
 * stopped before the exchange is completed.
 *
 * <p>Any thread. Guarded by its own lock, under which nothing blocks; {@link #gone} is called without it.
 */
public final class ConnectionWatch implements Callback {
    private static final int ANY_BYTES = 1 << 10;

    private final EndPoint connection;
    private final Runnable gone;

    // Guarded by this.
    private long idleMillis;
    private boolean started;
    private boolean stopped;

    /** @param gone called once, on a thread that must not be blocked */
    public ConnectionWatch(EndPoint connection, Runnable gone) {
        this.connection = connection;
        this.gone = gone;
    }

    /** Begins to watch a connection that ends with its request, and from which nothing else reads; not if it was stopped before. */
    public synchronized void start() {
        if (!stopped) {
            started = true;
            idleMillis = connection.getIdleTimeout();
            connection.setIdleTimeout(0);
            connection.tryFillInterested(this);
        }
    }

    /** Leaves the connection to Jetty as it was. Called before the exchange is completed. */
    public synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        if (started) {
            connection.setIdleTimeout(idleMillis);
            if (connection instanceof AbstractEndPoint watched) {
                // Withdraws the interest. Jetty offers no other way.
                boolean ignored = watched.getFillInterest().onFail(new CancellationException("the exchange is over"));
            }
        }
    }

    @Override
    public void succeeded() {
        if (hasHungUp()) {
            gone.run();
        }
    }

    /** Whether the client has closed the connection; if not, continues to watch. */
    private synchronized boolean hasHungUp() {
        if (stopped) {
            return false;
        }
        ByteBuffer ignored = BufferUtil.allocate(ANY_BYTES);
        try {
            int filled = connection.fill(ignored);
            while (filled > 0) {
                BufferUtil.clear(ignored);
                filled = connection.fill(ignored);
            }
            if (filled == 0) {
                connection.tryFillInterested(this);
                return false;
            }
        } catch (IOException e) {
            // The client of a broken connection is gone too.
            connection.close(e);
        }
        return true;
    }

    @Override
    public void failed(Throwable cause) {
        if (!watchesOn(cause)) {
            gone.run();
        }
    }

    /** Whether the connection may still be alive, or is no longer watched. */
    private synchronized boolean watchesOn(Throwable cause) {
        if (!stopped && cause instanceof TimeoutException) {
            connection.tryFillInterested(this);
            return true;
        }
        return stopped;
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
