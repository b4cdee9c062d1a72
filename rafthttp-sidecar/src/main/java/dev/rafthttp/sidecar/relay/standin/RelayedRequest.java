package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.jetty.RestOfBody;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to the next hop. If the answer comes before the end of the body, {@link #leave} takes the body away from the
 * next hop's reader, which gets a failure, and {@link #rest} gives what is left of the body to another reader.
 *
 * <p>Any thread. Reads are guarded by this. Both readers may want to be called when there is more, and Jetty takes one such wish at a
 * time: {@link #wanted} is that of the last, and the rest's is never replaced.
 */
final class RelayedRequest extends Request.Wrapper {
    private final AtomicReference<@Nullable Runnable> wanted = new AtomicReference<>();

    // Guarded by this.
    private boolean read;
    private boolean ended;
    private boolean left;

    RelayedRequest(Request request) {
        super(request);
        ended = !RestOfBody.isAnnounced(request.getHeaders());
    }

    /** The body was left to someone else. */
    private static final class LeftException extends IOException {
        private static final long serialVersionUID = 1;

        LeftException() {
            super("the next hop answered before the end of the body");
        }
    }

    @Override
    public synchronized Content.@Nullable Chunk read() {
        return left ? Content.Chunk.from(new LeftException()) : readOn();
    }

    private synchronized Content.@Nullable Chunk readOn() {
        Content.Chunk chunk = super.read();
        read = true;
        ended |= chunk != null && chunk.isLast();
        return chunk;
    }

    @Override
    public void demand(Runnable more) {
        if (wanted.compareAndSet(null, more)) {
            super.demand(this::more);
        }
    }

    private void demandOfTheRest(Runnable more) {
        if (wanted.getAndSet(more) == null) {
            super.demand(this::more);
        }
    }

    private void more() {
        Runnable next = wanted.getAndSet(null);
        if (next != null) {
            next.run();
        }
    }

    @Override
    public void fail(Throwable failure) {
        if (!isLeft()) {
            super.fail(failure);
        }
    }

    @Override
    public void fail(Throwable failure, boolean last) {
        if (!isLeft()) {
            super.fail(failure, last);
        }
    }

    private synchronized boolean isLeft() {
        return left;
    }

    /**
     * Ends the reading for the next hop, which has answered.
     *
     * @return false if the body has been read to its end; or not at all, and its sender waits to be told to send it
     */
    synchronized boolean leave() {
        boolean isAwaited = !read && getHeaders().contains(HttpHeader.EXPECT);
        left = !ended && !isAwaited;
        return left;
    }

    /** The request with what was left of its body. */
    Request rest() {
        return new Request.Wrapper(this) {
            @Override
            public Content.@Nullable Chunk read() {
                return readOn();
            }

            @Override
            public void demand(Runnable more) {
                demandOfTheRest(more);
            }
        };
    }
}
