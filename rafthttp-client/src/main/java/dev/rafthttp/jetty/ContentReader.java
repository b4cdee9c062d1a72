package dev.rafthttp.jetty;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body as it arrives, from Jetty's own buffers. The selector's thread reads it, without a hand-off and without
 * a copy. An idle body holds no buffer.
 *
 * <p>A body that never pauses would hold the selector's thread, which other connections need. After {@link #TURN_BYTES}
 * in a row a thread of the executor therefore continues, until there is nothing to read.
 *
 * <p>One thread at a time reads. Any thread may call {@link #resume}.
 */
public final class ContentReader {
    /** Measured: a larger bound delays heartbeats beside large messages, and is not faster; docs/benchmarks.md. */
    static final int TURN_BYTES = 128 << 10;

    private final Content.Source source;
    private final Executor executor;
    private final Sink sink;
    private final Runnable available = Invocable.from(InvocationType.NON_BLOCKING, () -> read(TURN_BYTES));
    private final Runnable rest = () -> read(Long.MAX_VALUE);
    private final AtomicReference<State> state = new AtomicReference<>(State.READING);

    /** What the sink has not taken yet. Owned by the reading thread. */
    private Content.@Nullable Chunk left;

    private enum State {
        READING,
        /** {@link #resume} was called while a thread read. The sink may take what it left. */
        RESUMED,
        /** No thread reads until {@link #resume} is called. */
        PARKED,
        /** The sink has had its last call. */
        OVER
    }

    /** Takes the body. The reading thread calls it; it must not block. */
    public interface Sink {
        /**
         * Takes bytes that have arrived. Must not keep the buffer.
         *
         * @return true if the sink took all bytes and more may come; false to pause. The bytes that it left, if any,
         *     are offered again after {@link ContentReader#resume}
         * @throws Exception to end the reading; {@link #failed} is then called with the exception
         */
        boolean bytes(ByteBuffer arrived) throws Exception;

        /** The body is complete. The last call, unless it throws. */
        void end();

        /** The body is broken, or {@link #bytes} or {@link #end} threw. The last call. */
        void failed(Throwable cause);
    }

    /**
     * Makes a reader; nothing is read before {@link #start}.
     *
     * @param source must have no other reader
     * @param executor its threads continue after a turn of the selector's thread, and after a pause
     */
    public ContentReader(Content.Source source, Executor executor, Sink sink) {
        this.source = source;
        this.executor = executor;
        this.sink = sink;
    }

    /** Begins to read. A sender that waits for {@code 100 Continue} gets it. Call once. */
    public void start() {
        source.demand(available);
    }

    /**
     * Offers the bytes that the sink left again, on a thread of the executor. Any thread, any number of times; does not
     * block.
     */
    public void resume() {
        State before = state.getAndUpdate(now -> switch (now) {
            case PARKED -> State.READING;
            case READING, RESUMED -> State.RESUMED;
            case OVER -> State.OVER;
        });
        if (before == State.PARKED) {
            executor.execute(rest);
        }
    }

    private void read(long turnBytes) {
        try {
            long turn = turnBytes;
            // An executor may have kept a task that it said it could not run, and the source is another request's by
            // then.
            while (turn > 0 && state.get() != State.OVER) {
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
                        state.set(State.OVER);
                        sink.end();
                        return;
                    }
                }
            }
            if (state.get() != State.OVER) {
                executor.execute(rest);
            }
        } catch (Throwable e) {
            // Jetty would only log an Error, and leave the body unread.
            fail(e);
        }
    }

    /** Whether this thread stops and leaves the rest to {@link #resume}; not if that was called meanwhile. */
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
        state.set(State.OVER);
        sink.failed(cause);
    }

    @Override
    public String toString() {
        return "reader of " + sink + ", " + state;
    }
}
