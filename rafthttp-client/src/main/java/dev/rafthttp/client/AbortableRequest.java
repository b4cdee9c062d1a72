package dev.rafthttp.client;

import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * A request that one thread sends, and any other thread may abort at the same moment. If Jetty's own request is aborted
 * while it is being sent, it throws, and never calls its listener.
 */
final class AbortableRequest {
    private final Request request;
    private final AtomicReference<@Nullable Throwable> aborted = new AtomicReference<>();
    private volatile boolean sent;

    AbortableRequest(Request request) {
        this.request = request;
    }

    /**
     * Sends the request. Call once.
     *
     * @param ended called once with the result of the exchange, also if the request was aborted before
     */
    void send(Response.CompleteListener ended) {
        request.send(ended);
        // This thread first writes sent, then reads the cause. A thread that aborts first writes the cause, then
        // reads sent. One of the two therefore sees the other, and aborts.
        sent = true;
        Throwable cause = aborted.get();
        if (cause != null) {
            request.abort(cause);
        }
    }

    /**
     * Ends the exchange, unless it has ended, and closes its connection. Any thread, any number of times; the first
     * cause counts.
     */
    void abort(Throwable cause) {
        if (aborted.compareAndSet(null, cause) && sent) {
            request.abort(cause);
        }
    }

    Request request() {
        return request;
    }
}
