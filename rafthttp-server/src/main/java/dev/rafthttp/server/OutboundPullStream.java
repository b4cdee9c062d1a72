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
 * One stream of etcd's dialect that a peer has asked for: our frames are the answer to its {@code GET}; etcd's
 * {@code outgoingConn}.
 *
 * <p>The lane's writer writes, past the servlet's own output, which would copy. Any thread may close it. Jetty takes the
 * answer apart as soon as the request is completed, so that is left to a write under way, if there is one, and no write
 * begins after it.
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
        /** Closed, but for the request, which the write under way completes. */
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
            // Jetty itself has given the request up, because of its connection.
            failed(e);
        }
    }

    /** Closes the connection, so that the reader notices at once, even within a frame; docs/adr/0004. */
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

    /** The write that has ended; null if it had ended before. */
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
}
