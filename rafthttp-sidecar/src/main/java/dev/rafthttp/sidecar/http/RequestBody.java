package dev.rafthttp.sidecar.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the body of a request as it arrives, on whatever thread Jetty has for it; by one at a time. A body that pauses, for
 * however long, holds none.
 */
public final class RequestBody implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestBody.class);

    private final Request request;
    private final Sink sink;

    /** What the body is for. */
    public interface Sink {
        /** Takes what has arrived, and keeps nothing of the buffer; false to be given nothing more. */
        boolean bytes(ByteBuffer arrived);

        /** The body is whole. The last call. */
        void end();

        /** The connection is lost, or a call before threw. The last call. */
        void failed(Throwable cause);
    }

    public RequestBody(Request request, Sink sink) {
        this.request = request;
        this.sink = sink;
    }

    /** Reads what there is, and comes back for more. */
    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                if (Content.Chunk.isFailure(chunk, true)) {
                    sink.failed(chunk.getFailure());
                    return;
                }
                // It has been idle for long, as it may be.
                continue;
            }
            boolean isLast = chunk.isLast();
            try {
                if (!take(chunk)) {
                    return;
                }
                if (isLast) {
                    sink.end();
                    return;
                }
            } catch (RuntimeException | Error e) {
                // Jetty would log it, and leave the request as it is.
                sink.failed(e);
                LOG.error("a request ends by an error: {} {}", request.getMethod(), request.getHttpURI(), e);
                return;
            }
        }
    }

    private boolean take(Content.Chunk chunk) {
        try {
            return !chunk.hasRemaining() || sink.bytes(chunk.getByteBuffer());
        } finally {
            chunk.release();
        }
    }
}
