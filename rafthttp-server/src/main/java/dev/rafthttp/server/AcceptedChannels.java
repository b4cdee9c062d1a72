package dev.rafthttp.server;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.SelectorManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections that a server has accepted and that are not closed. Any thread.
 *
 * <p>Jetty forgets a connection that it accepts while it stops: the connection is queued for a selector that has ended,
 * and stays open until the garbage collector finds it.
 */
final class AcceptedChannels implements SelectorManager.AcceptListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptedChannels.class);

    private final Set<SelectableChannel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    int size() {
        return open.size();
    }

    @Override
    public void onAccepting(SelectableChannel channel) {
        open.add(channel);
        if (closed) {
            close(channel);
        }
    }

    @Override
    public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
        open.remove(channel);
    }

    @Override
    public void onClosed(SelectableChannel channel) {
        open.remove(channel);
    }

    /** Closes the remaining connections, and every connection that is accepted later. */
    @Override
    public void close() {
        closed = true;
        open.forEach(this::close);
    }

    private void close(SelectableChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("{} did not close cleanly", channel, e);
        }
        open.remove(channel);
    }
}
