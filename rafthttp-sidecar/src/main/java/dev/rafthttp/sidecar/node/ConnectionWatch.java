package dev.rafthttp.sidecar.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/**
 * Notices that a reader hangs up while there is nothing to write to it, so that the next messages wait for the next reader
 * instead of being written to a dead connection. Jetty itself looks only when it writes.
 */
final class ConnectionWatch implements Callback {
    private static final int ANY_BYTES = 1 << 10;

    private final EndPoint connection;
    private final Runnable gone;

    /** @param gone called once, on a thread that must not be blocked */
    ConnectionWatch(EndPoint connection, Runnable gone) {
        this.connection = connection;
        this.gone = gone;
    }

    /** Begins to watch a connection from which nothing is read any more, and which ends with its request. */
    void start() {
        connection.setIdleTimeout(0);
        connection.tryFillInterested(this);
    }

    @Override
    public void succeeded() {
        ByteBuffer ignored = BufferUtil.allocate(ANY_BYTES);
        try {
            int filled = connection.fill(ignored);
            while (filled > 0) {
                BufferUtil.clear(ignored);
                filled = connection.fill(ignored);
            }
            if (filled == 0) {
                connection.tryFillInterested(this);
                return;
            }
        } catch (IOException e) {
            // A connection that is broken has hung up too.
            connection.close(e);
        }
        gone.run();
    }

    @Override
    public void failed(Throwable cause) {
        if (cause instanceof TimeoutException) {
            connection.tryFillInterested(this);
        } else {
            gone.run();
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
