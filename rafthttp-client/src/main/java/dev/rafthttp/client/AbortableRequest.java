package dev.rafthttp.client;

import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.jspecify.annotations.Nullable;

/**
 * A request that is sent by one thread, and may be aborted by any other at the same moment; which Jetty's own may not, as it
 * then throws, and tells nobody how the request ended.
 */
final class AbortableRequest {
    private final Request request;
    private final AtomicReference<@Nullable Throwable> aborted = new AtomicReference<>();
    private volatile boolean sent;

    AbortableRequest(Request request) {
        this.request = request;
    }

    /**
     * Sends. Call once.
     *
     * @param ended told once how the exchange ended, also if it was aborted before
     */
    void send(Response.CompleteListener ended) {
        request.send(ended);
        // Said before the look: so either this sees the cause, or who brings it sees this.
        sent = true;
        Throwable cause = aborted.get();
        if (cause != null) {
            request.abort(cause);
        }
    }

    /** Ends the exchange and the connection under it, if it has not ended. Any thread, any number of times; the first counts. */
    void abort(Throwable cause) {
        if (aborted.compareAndSet(null, cause) && sent) {
            request.abort(cause);
        }
    }

    Request request() {
        return request;
    }
}
