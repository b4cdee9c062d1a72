package dev.rafthttp.server;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.StreamType;
import dev.rafthttp.inbound.InboundStream;
import dev.rafthttp.jetty.ContentReader;
import dev.rafthttp.peer.Peer;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The connection of one stream from a peer, while the stream is open.
 *
 * <p>If the request were completed, the stream would end properly. A closed connection makes the sender notice at once,
 * and fails the reader that waits for bytes; docs/adr/0004.
 */
final class StreamConnection implements InboundStream {
    private static final Logger LOG = LoggerFactory.getLogger(StreamConnection.class);

    private final EndPoint endPoint;
    private final SocketAddress address;
    private final StreamType type;
    private final Peer peer;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);

    /**
     * Set by the first of two: the thread that closes, and the reader that has finished. The second completes the
     * request.
     */
    private final AtomicBoolean firstIsThere = new AtomicBoolean();

    private volatile Runnable completion = () -> {};
    private volatile @Nullable ContentReader reader;

    private enum State {
        OPEN,
        CLOSED,
        /** The stream has ended. The connection is Jetty's again, and may carry another request. */
        RELEASED
    }

    StreamConnection(EndPoint endPoint, StreamType type, Peer peer) {
        this.endPoint = endPoint;
        this.address = endPoint.getRemoteSocketAddress();
        this.type = type;
        this.peer = peer;
    }

    /** Sets the reader. Call before the reader starts. */
    void readBy(ContentReader reader) {
        this.reader = reader;
    }

    @Override
    public void resume() {
        ContentReader reads = reader;
        if (reads != null) {
            reads.resume();
        }
    }

    @Override
    public void close(Throwable cause) {
        if (state.compareAndSet(State.OPEN, State.CLOSED)) {
            try {
                log(cause);
            } finally {
                cut();
            }
        }
    }

    private void cut() {
        try {
            endPoint.close();
        } finally {
            completeIfSecond();
        }
    }

    /** Leaves the connection to Jetty, unless it was closed. Later calls of {@link #close} then do nothing. */
    void release() {
        state.compareAndSet(State.OPEN, State.RELEASED);
    }

    /**
     * Completes the request. If another thread is closing the connection, that thread completes the request afterwards;
     * otherwise the sender could see a proper end. The reader calls this once, after {@link #close} or
     * {@link #release}.
     */
    void complete(Runnable complete) {
        if (state.get() == State.RELEASED) {
            complete.run();
        } else {
            completion = complete;
            completeIfSecond();
        }
    }

    private void completeIfSecond() {
        if (!firstIsThere.compareAndSet(false, true)) {
            completion.run();
        }
    }

    private void log(Throwable cause) {
        boolean isBroken = cause instanceof CorruptFrameException || cause instanceof FrameTooLargeException;
        peer.streamLine(type)
                .ifPresent(end -> LOG.atLevel(isBroken ? Level.WARN : Level.INFO)
                        .log(
                                "closed the {} stream from peer {} at {}: {}{}",
                                type.label(),
                                peer.id(),
                                address,
                                cause instanceof RaftTransportException ? cause.getMessage() : cause.toString(),
                                end));
    }

    @Override
    public String toString() {
        return "connection of the " + type.label() + " stream from peer " + peer.id() + " at " + address + ", " + state;
    }
}
