package dev.rafthttp.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body as it arrives, from Jetty's own buffers: on the thread of the selector that saw it, without a hand-off and without
 * a copy. A body that is idle holds no buffer.
 *
 * <p>A body that never pauses would hold the selector's thread, which others need; so after {@link #TURN_BYTES} in a row a thread of
 * the executor goes on, until there is nothing to read.
 *
 * <p>One thread at a time reads; {@link #resume} is for any.
 */
public final class ContentReader {
    /** Measured: more delays the heartbeats beside large messages, and is no faster; docs/benchmarks.md. */
    static final int TURN_BYTES = 128 << 10;

    private final Content.Source source;
    private final Executor executor;
    private final Sink sink;
    private final Runnable available = Invocable.from(InvocationType.NON_BLOCKING, () -> read(TURN_BYTES));
    private final Runnable rest = () -> read(Long.MAX_VALUE);
    private final AtomicReference<State> state = new AtomicReference<>(State.READING);

    /** What the sink has not taken yet. Belongs to the reading thread. */
    private Content.@Nullable Chunk left;

    private enum State {
        READING,
        /** {@link #resume} was called meanwhile: the sink may take what it left. */
        RESUMED,
        /** Nobody reads until {@link #resume} is called. */
        PARKED
    }

    /** What the body is for. Called by the thread that reads; must not block. */
    public interface Sink {
        /**
         * Takes what has arrived, and keeps nothing of the buffer.
         *
         * @return whether it took all of it, and there may come more; false: what it left, if anything, is offered again after
         *     {@link ContentReader#resume}
         * @throws Exception to end the reading; {@link #failed} is then called with it
         */
        boolean bytes(ByteBuffer arrived) throws Exception;

        /** The body is over. The last call, unless it throws. */
        void end();

        /** The body is broken, or {@link #bytes} or {@link #end} threw. The last call. */
        void failed(Throwable cause);
    }

    /**
     * Makes one, which does nothing yet.
     *
     * @param source read by nobody else
     * @param executor whose threads go on after a turn, and after a pause
     */
    public ContentReader(Content.Source source, Executor executor, Sink sink) {
        this.source = source;
        this.executor = executor;
        this.sink = sink;
    }

    /** Reads what comes. A sender that waits to be told to go on is told so. Call once. */
    public void start() {
        source.demand(available);
    }

    /** Offers the sink again what it left, on a thread of the executor. Any thread, any number of times; does not block. */
    public void resume() {
        if (state.getAndUpdate(before -> before == State.PARKED ? State.READING : State.RESUMED) == State.PARKED) {
            executor.execute(rest);
        }
    }

    private void read(long turnBytes) {
        try {
            long turn = turnBytes;
            while (turn > 0) {
                Content.Chunk chunk = left == null ? source.read() : left;
                if (chunk == null) {
                    source.demand(available);
                    return;
                }
                left = chunk;
                if (Content.Chunk.isFailure(chunk)) {
                    fail(chunk.getFailure());
                    return;
                }
                turn -= chunk.remaining();
                if (!sink.bytes(chunk.getByteBuffer())) {
                    if (isParked()) {
                        return;
                    }
                } else {
                    left = null;
                    chunk.release();
                    if (chunk.isLast()) {
                        sink.end();
                        return;
                    }
                }
            }
            executor.execute(rest);
        } catch (Throwable e) {
            // Jetty would log an Error, and leave the body as it is.
            fail(e);
        }
    }

    /** Leaves the rest to {@link #resume}, unless that was called meanwhile. */
    private boolean isParked() {
        if (state.compareAndSet(State.READING, State.PARKED)) {
            return true;
        }
        state.set(State.READING);
        return false;
    }

    private void fail(Throwable cause) {
        Content.Chunk chunk = left;
        if (chunk != null) {
            left = null;
            chunk.release();
        }
        sink.failed(cause);
    }
}
