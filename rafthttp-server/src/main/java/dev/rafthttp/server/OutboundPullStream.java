package dev.rafthttp.server;

import dev.rafthttp.peer.StreamSink;
import jakarta.servlet.AsyncContext;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One stream of etcd's dialect that a peer has asked for: our frames are the answer to its {@code GET}; etcd's
 * {@code outgoingConn}.
 *
 * <p>The lane's writer writes, past the servlet's own output, which would copy. Any thread may close it.
 */
final class OutboundPullStream implements StreamSink {
    private final AsyncContext exchange;
    private final Response answer;
    private final EndPoint connection;
    private final WriteCallback writeCallback = new WriteCallback();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** @param answer whose head has been sent */
    OutboundPullStream(AsyncContext exchange, Response answer, EndPoint connection) {
        this.exchange = exchange;
        this.answer = answer;
        this.connection = connection;
    }

    @Override
    public void write(ByteBuffer piece, WriteCompletion completion) {
        writeCallback.completion = completion;
        answer.write(false, piece, writeCallback);
    }

    /** Closes the connection, so that the reader notices at once, even within a frame; docs/adr/0004. */
    @Override
    public void close(Throwable cause) {
        if (closed.compareAndSet(false, true)) {
            try {
                connection.close();
            } finally {
                exchange.complete();
            }
        }
    }

    /** Hands Jetty's callback on. One for all writes of a stream, since one is under way at a time. */
    private static final class WriteCallback implements Callback {
        private volatile @Nullable WriteCompletion completion;

        @Override
        public void succeeded() {
            take().succeeded();
        }

        @Override
        public void failed(Throwable cause) {
            take().failed(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        private WriteCompletion take() {
            WriteCompletion taken = completion;
            if (taken == null) {
                throw new IllegalStateException("a write completed that was not under way");
            }
            return taken;
        }
    }
}
