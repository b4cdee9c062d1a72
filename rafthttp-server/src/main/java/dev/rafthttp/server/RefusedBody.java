package dev.rafthttp.server;

import dev.rafthttp.peer.Scheduler;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.io.ByteBufferPool;

/**
 * What is still coming of a long body whose request was refused: read and thrown away until the sender has seen the refusal
 * and stops. A connection closed with bytes unread is reset, and the refusal lost on its way.
 *
 * <p>Holds no thread. Over when the body is, or its time; whichever comes first completes the request.
 */
final class RefusedBody implements BodyReader.Sink {
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
    static void discard(HttpServletRequest request, HttpServletResponse response, Scheduler scheduler)
            throws IOException {
        response.flushBuffer();
        if (request.getHeader("Expect") != null) {
            return;
        }
        AsyncContext exchange = request.startAsync();
        exchange.setTimeout(0);
        ByteBufferPool buffers = ServletContextRequest.getServletContextRequest(request)
                .getComponents()
                .getByteBufferPool();
        new BodyReader(request.getInputStream(), buffers, linger(exchange, scheduler)).start();
    }

    /** What is to be given the rest of a body that is being read already; the answer has been flushed. */
    static RefusedBody linger(AsyncContext exchange, Scheduler scheduler) {
        RefusedBody body = new RefusedBody(exchange);
        scheduler.schedule(body::complete, LINGER_NANOS);
        return body;
    }

    @Override
    public void bytes(ByteBuffer arrived) throws IOException {
        if (completed.get()) {
            throw new IOException("the sender goes on though it was refused");
        }
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
            exchange.complete();
        }
    }
}
