package dev.rafthttp.jetty;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The rest of a body whose request was answered before its end. It is read and discarded until the sender has sent it
 * all, or has closed the connection, or the time is over. If a connection were closed with unread bytes, it would be
 * reset, and a client that writes its whole body before it reads would lose the answer.
 *
 * <p>Holds no thread while nothing arrives. Ends the exchange once.
 */
public final class RestOfBody implements ContentReader.Sink {
    /** As long as nginx continues to read, {@code lingering_time}. */
    private static final long LINGER_MILLIS = 30_000;

    private final Callback exchange;
    private volatile Scheduler.Task timer = () -> false;
    private final AtomicBoolean isOver = new AtomicBoolean();

    /**
     * Makes a sink for a body that is being read already. Call after the answer was written.
     *
     * @param exchange ended when nothing more is read
     */
    public RestOfBody(Callback exchange) {
        this.exchange = exchange;
    }

    /**
     * Prepares an answer that comes before the end of the body, if there is a body: the connection is closed after the
     * answer.
     *
     * @param request the headers of the request
     * @param answer the headers of the answer, which has not been written
     * @param body must have no other reader once the answer has been written
     * @param executor takes over from the selector's thread if a body never pauses
     * @param scheduler measures the 30 seconds
     * @return to be called when the answer has been written: reads the rest of the body, and then ends the exchange
     */
    public static Callback lingering(
            HttpFields request,
            HttpFields.Mutable answer,
            Content.Source body,
            Executor executor,
            Scheduler scheduler,
            Callback exchange) {
        if (!isAnnounced(request)) {
            return exchange;
        }
        answer.put(HttpHeader.CONNECTION, "close");
        return Callback.from(() -> discard(body, executor, scheduler, exchange), exchange::failed);
    }

    /** Whether the headers of a request announce a body of any length. */
    public static boolean isAnnounced(HttpFields request) {
        return request.contains(HttpHeader.TRANSFER_ENCODING) || request.getLongField(HttpHeader.CONTENT_LENGTH) > 0;
    }

    /**
     * Reads a body that has no reader, for at most 30 seconds, and then ends the exchange. Call after the answer was
     * written.
     */
    public static void discard(Content.Source body, Executor executor, Scheduler scheduler, Callback exchange) {
        new ContentReader(body, executor, limited(scheduler, exchange)).start();
    }

    /** Does what the constructor does, and gives up after 30 seconds. */
    public static RestOfBody limited(Scheduler scheduler, Callback exchange) {
        RestOfBody rest = new RestOfBody(exchange);
        rest.timer = scheduler.schedule(rest::giveUp, LINGER_MILLIS, TimeUnit.MILLISECONDS);
        return rest;
    }

    /** Ends the exchange, unless it has ended. Nothing more is read. Any thread. */
    public void giveUp() {
        fail(new TimeoutException("the sender continues for too long although it was answered"));
    }

    @Override
    public boolean bytes(ByteBuffer arrived) throws IOException {
        if (isOver.get()) {
            throw new IOException("the sender continues although it was answered");
        }
        return true;
    }

    @Override
    public void end() {
        if (isOver.compareAndSet(false, true)) {
            timer.cancel();
            exchange.succeeded();
        }
    }

    /** The answer has been written. Only the end of the exchange remains to be told. */
    @Override
    public void failed(Throwable cause) {
        fail(cause);
    }

    private void fail(Throwable cause) {
        if (isOver.compareAndSet(false, true)) {
            timer.cancel();
            exchange.failed(cause);
        }
    }
}
