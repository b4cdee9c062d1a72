package dev.rafthttp.sidecar.http;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * An answer that lasts as long as its reader stays: whenever it is told that there is something new, it writes a page. While a page
 * is being written, new things wait where they come from, if they wait at all; so a slow reader costs no memory here.
 *
 * <p>Any thread may signal and end it. Pages are made by one thread at a time, of the server's.
 */
public final class PagedAnswer extends IteratingCallback {
    private final Response response;
    private final Callback exchange;
    private final Pages pages;
    private final EndPoint connection;
    private final ConnectionWatch watch;
    private final Executor executor;
    private final Consumer<PagedAnswer> atEnd;
    private final AtomicBoolean signalled = new AtomicBoolean();
    private volatile boolean closed;

    // Belong to the thread that writes.
    private boolean begun;
    private boolean ended;

    /** What is written. */
    public interface Pages {
        /** All that is new since the last call; empty if nothing is. */
        byte[] next();
    }

    /** @param atEnd given this answer once, when nothing is written any more; must not block */
    public PagedAnswer(
            Request request, Response response, Callback exchange, Pages pages, Consumer<PagedAnswer> atEnd) {
        this.response = response;
        this.exchange = exchange;
        this.pages = pages;
        this.connection = request.getConnectionMetaData().getConnection().getEndPoint();
        this.watch = new ConnectionWatch(connection, this::hungUp);
        this.executor = request.getComponents().getExecutor();
        this.atEnd = atEnd;
        // Nothing may be new for hours.
        request.addIdleTimeoutListener(ignored -> false);
        // The connection ends with the answer, so no further request is read from it.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
    }

    /** Sends the answer's head, and whatever there is already. */
    public void open() {
        iterate();
        watch.start();
    }

    /** There is something new. Wakes a thread, unless one is awake for this answer already. */
    public void signal() {
        if (signalled.compareAndSet(false, true)) {
            executor.execute(this::iterate);
        }
    }

    /** Ends the answer properly, as soon as the page that is being written has been written. */
    public void end() {
        closed = true;
        executor.execute(this::iterate);
    }

    private void hungUp() {
        closed = true;
        connection.close();
        executor.execute(this::iterate);
    }

    @Override
    protected Action process() {
        if (!begun) {
            begun = true;
            response.write(false, BufferUtil.EMPTY_BUFFER, this);
            return Action.SCHEDULED;
        }
        if (ended) {
            return Action.SUCCEEDED;
        }
        signalled.set(false);
        // Everything from before the end is written; everything later is not.
        ended = closed;
        byte[] page = pages.next();
        if (page.length == 0) {
            return ended ? Action.SUCCEEDED : Action.IDLE;
        }
        response.write(false, ByteBuffer.wrap(page), this);
        return Action.SCHEDULED;
    }

    @Override
    protected void onCompleteSuccess() {
        atEnd.accept(this);
        watch.stop();
        exchange.succeeded();
    }

    @Override
    protected void onCompleteFailure(Throwable cause) {
        atEnd.accept(this);
        watch.stop();
        exchange.failed(cause);
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
