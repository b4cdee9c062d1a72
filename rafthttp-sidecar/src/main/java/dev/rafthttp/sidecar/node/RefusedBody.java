package dev.rafthttp.sidecar.node;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * What is still coming of a body whose request was refused: read and thrown away until the sender has seen the refusal and
 * stops, or its time is over. A connection closed with bytes unread is reset, and the refusal lost on its way.
 */
final class RefusedBody implements RequestBody.Sink {
    /** As Go's server waits, {@code rstAvoidanceDelay}. */
    private static final long LINGER_MILLIS = 500;

    private final Callback exchange;
    private final Scheduler.Task timer;

    private RefusedBody(Callback exchange, Scheduler.Task timer) {
        this.exchange = exchange;
        this.timer = timer;
    }

    /** Begins to read, when the answer, which closes the connection, has been flushed. */
    static void discard(Request request, Callback exchange) {
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        // The reader fails then, and ends the request.
        Scheduler.Task timer = request.getComponents()
                .getScheduler()
                .schedule(() -> connection.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        new RequestBody(request, new RefusedBody(exchange, timer)).run();
    }

    @Override
    public boolean bytes(ByteBuffer arrived) {
        return true;
    }

    @Override
    public void end() {
        timer.cancel();
        exchange.succeeded();
    }

    @Override
    public void failed(Throwable cause) {
        timer.cancel();
        // The answer has been sent, and all that is left to say of the request is that it is over.
        exchange.failed(cause);
    }
}
