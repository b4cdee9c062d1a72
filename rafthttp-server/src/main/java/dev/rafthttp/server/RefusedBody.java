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
 * Lets a sender see that its long request was refused: {@link RestOfBody} says why, and this for how long. Over when the body is, or
 * its time; whichever comes first completes the request.
 */
final class RefusedBody {
    /** As Go's server waits, {@code rstAvoidanceDelay}. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private RefusedBody() {}

    /**
     * Flushes the answer, a refusal, and begins to read what comes after it, on a request that nobody reads. A sender that
     * waits to be told to go on sends no body, and nothing is read.
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

    /** What is to be given the rest of a body that is being read already; the answer has been flushed. */
    static RestOfBody linger(AsyncContext exchange, Scheduler scheduler) {
        Runnable complete = () -> Exchanges.complete(exchange);
        RestOfBody body = new RestOfBody(Callback.from(complete));
        scheduler.schedule(body::giveUp, LINGER_NANOS);
        return body;
    }
}
