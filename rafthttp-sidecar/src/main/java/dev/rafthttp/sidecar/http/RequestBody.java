package dev.rafthttp.sidecar.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the body of a request as it arrives, on a thread of Jetty's pool, so that the sink may block. One thread at a time reads; a
 * body that pauses holds no thread, however long the pause is.
 */
public final class RequestBody implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(RequestBody.class);

    private final Request request;
    private final Sink sink;

    /** What the body is for. */
    public interface Sink {
        /** Takes the bytes that have arrived, and must not keep the buffer; false to get no further bytes. */
        boolean bytes(ByteBuffer arrived);

        /** The body is complete. The last call. */
        void end();

        /** The connection is lost, or a call before threw. The last call. */
        void failed(Throwable cause);
    }

    public RequestBody(Request request, Sink sink) {
        this.request = request;
        this.sink = sink;
    }

    /** Reads what there is, and asks to be called when there is more. */
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
                // Only the idle timeout, which does not apply here.
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
