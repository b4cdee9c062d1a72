package dev.rafthttp.server;

import dev.rafthttp.jetty.ContentReader;
import dev.rafthttp.jetty.RestOfBody;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.runtime.Scheduler;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.Callback;

/**
 * Lets a sender see that its request was refused, by reading the rest of the body; {@link RestOfBody} says why. The
 * request is completed at the end of the body or when the time is over, whichever comes first.
 */
final class RefusedBody {
    /** As long as Go's server waits, {@code rstAvoidanceDelay}. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private RefusedBody() {}

    /**
     * Flushes the refusal, and begins to read the body, of a request whose body has no reader yet. A sender that waits
     * for {@code 100 Continue} sends no body, and nothing is read.
     */
    static void discard(HttpServletRequest request, HttpServletResponse response, PeerEnvironment environment)
            throws IOException {
        response.flushBuffer();
        if (request.getHeader("Expect") != null) {
            return;
        }
        RestOfBody rest = linger(Exchanges.open(request), environment.scheduler());
        new ContentReader(Exchanges.body(request), environment.executor(), rest).start();
    }

    /** Makes a sink for the rest of a body that is being read already. Call after the refusal was flushed. */
    static RestOfBody linger(AsyncContext exchange, Scheduler scheduler) {
        Runnable complete = () -> Exchanges.complete(exchange);
        RestOfBody body = new RestOfBody(Callback.from(complete));
        scheduler.schedule(body::giveUp, LINGER_NANOS);
        return body;
    }
}
