package dev.rafthttp.server;

import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.outbound.StreamSink;
import jakarta.servlet.AsyncContext;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One stream of etcd's dialect that a peer has asked for. This member's frames are the body of the answer to the peer's
 * {@code GET}; etcd's {@code outgoingConn}.
 *
 * <p>The lane's writer writes, beneath the servlet's own output, which would copy. Any thread may close the stream.
 * Jetty recycles the answer as soon as the request is completed. If a write is under way, its end therefore completes
 * the request, and no write begins afterwards.
 */
final class OutboundPullStream implements StreamSink, Callback {
    private final AsyncContext exchange;
    private final Response answer;
    private final EndPoint connection;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final AtomicReference<@Nullable WriteCompletion> write = new AtomicReference<>();

    private enum State {
        IDLE,
        WRITING,
        /** Closed, but a write is under way, whose end completes the request. */
        CLOSING,
        CLOSED
    }

    /** @param answer whose head has been sent */
    OutboundPullStream(AsyncContext exchange, Response answer, EndPoint connection) {
        this.exchange = exchange;
        this.answer = answer;
        this.connection = connection;
    }

    @Override
    public void write(ByteBuffer piece, WriteCompletion completion) {
        if (!state.compareAndSet(State.IDLE, State.WRITING)) {
            completion.failed(new PeerUnreachableException("the stream has been closed"));
            return;
        }
        write.set(completion);
        try {
            answer.write(false, piece, this);
        } catch (RuntimeException e) {
            // Jetty itself has ended the request, because of its connection.
            failed(e);
        }
    }

    /** Closes the connection, so that the reader notices at once, even in the middle of a frame; docs/adr/0004. */
    @Override
    public void close(Throwable cause) {
        State before = state.getAndUpdate(now -> switch (now) {
            case IDLE, CLOSED -> State.CLOSED;
            case WRITING, CLOSING -> State.CLOSING;
        });
        if (before == State.WRITING) {
            connection.close();
        } else if (before == State.IDLE) {
            try {
                connection.close();
            } finally {
                complete();
            }
        }
    }

    @Override
    public void succeeded() {
        WriteCompletion written = written();
        if (written != null) {
            written.succeeded();
        }
    }

    @Override
    public void failed(Throwable cause) {
        WriteCompletion written = written();
        if (written != null) {
            written.failed(cause);
        }
    }

    /**
     * Notes that a write has ended.
     *
     * @return its completion; null if the write had ended before
     */
    private @Nullable WriteCompletion written() {
        WriteCompletion written = write.getAndSet(null);
        if (written != null && !state.compareAndSet(State.WRITING, State.IDLE)) {
            state.set(State.CLOSED);
            complete();
        }
        return written;
    }

    private void complete() {
        Exchanges.complete(exchange);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    @Override
    public String toString() {
        return "pull stream to " + connection.getRemoteSocketAddress() + ", " + state;
    }
}
