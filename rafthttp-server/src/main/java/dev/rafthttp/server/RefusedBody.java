package dev.rafthttp.server;

import dev.rafthttp.jetty.ContentReader;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.runtime.Scheduler;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What is still coming of a long body whose request was refused: read and thrown away until the sender has seen the refusal
 * and stops. A connection closed with bytes unread is reset, and the refusal lost on its way.
 *
 * <p>Holds no thread. Over when the body is, or its time; whichever comes first completes the request.
 */
final class RefusedBody implements ContentReader.Sink {
    /** As Go's server waits, {@code rstAvoidanceDelay}. */
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final AsyncContext exchange;
    private final AtomicBoolean completed = new AtomicBoolean();

    private RefusedBody(AsyncContext exchange) {
        this.exchange = exchange;
    }

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
        RefusedBody rest = linger(Exchanges.open(request), environment.scheduler());
        new ContentReader(Exchanges.body(request), environment.executor(), rest).start();
    }

    /** What is to be given the rest of a body that is being read already; the answer has been flushed. */
    static RefusedBody linger(AsyncContext exchange, Scheduler scheduler) {
        RefusedBody body = new RefusedBody(exchange);
        scheduler.schedule(body::complete, LINGER_NANOS);
        return body;
    }

    @Override
    public boolean bytes(ByteBuffer arrived) throws IOException {
        if (completed.get()) {
            throw new IOException("the sender goes on though it was refused");
        }
        return true;
    }

    @Override
    public void end() {
        complete();
    }

    @Override
    public void failed(Throwable cause) {
        complete();
    }

    private void complete() {
        if (completed.compareAndSet(false, true)) {
            Exchanges.complete(exchange);
        }
    }
}
