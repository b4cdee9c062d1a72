package dev.rafthttp.sidecar.relay.standin;

import com.google.protobuf.ByteString;
import dev.rafthttp.NoRoomException;
import dev.rafthttp.codec.MemoryBudget;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/** Reads a body to its end into memory, which grows with what has arrived. One thread at a time, as the source calls it. */
final class BodyCollector implements Runnable {
    /** Holds a heartbeat or a vote. */
    private static final int INITIAL_BYTES = 256;

    private final Content.Source source;
    private final int maxBytes;
    private final MemoryBudget.Charge charge;
    private final Sink sink;
    private ByteString.Output body = ByteString.newOutput(INITIAL_BYTES);

    /** What becomes of it: one call of one of these. */
    interface Sink {
        void whole(ByteString body);

        /** There is more than the limit; the rest has not been read. */
        void tooLarge();

        /**
         * There is no room for it; what was collected has been let go.
         *
         * @param cause the heap has none, or {@link NoRoomException}
         */
        void noRoom(Throwable cause);

        void broken(Throwable cause);
    }

    /** @param charge pays for what has arrived */
    BodyCollector(Content.Source source, int maxBytes, MemoryBudget.Charge charge, Sink sink) {
        this.source = source;
        this.maxBytes = maxBytes;
        this.charge = charge;
        this.sink = sink;
    }

    /** Reads what there is, and asks to be run again when there is more. */
    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = source.read();
            if (chunk == null) {
                source.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                sink.broken(chunk.getFailure());
                return;
            }
            boolean last = chunk.isLast();
            boolean fits;
            try {
                fits = take(chunk.getByteBuffer());
            } catch (OutOfMemoryError | NoRoomException e) {
                body = ByteString.newOutput(0);
                tellNoRoom(e);
                return;
            } finally {
                chunk.release();
            }
            if (!fits) {
                body = ByteString.newOutput(0);
                sink.tooLarge();
                return;
            }
            if (last) {
                handOver();
                return;
            }
        }
    }

    private void handOver() {
        ByteString whole;
        try {
            whole = body.toByteString();
        } catch (OutOfMemoryError e) {
            body = ByteString.newOutput(0);
            tellNoRoom(e);
            return;
        }
        body = ByteString.newOutput(0);
        try {
            sink.whole(whole);
        } catch (OutOfMemoryError e) {
            // Jetty would log it, and leave the request as it is.
            sink.broken(e);
        }
    }

    private void tellNoRoom(Throwable cause) {
        try {
            sink.noRoom(cause);
        } catch (OutOfMemoryError e) {
            // Not even for the answer.
            sink.broken(e);
        }
    }

    private boolean take(@Nullable ByteBuffer arrived) {
        if (arrived == null) {
            return true;
        }
        if (arrived.remaining() > maxBytes - body.size()) {
            return false;
        }
        charge.cover((long) body.size() + arrived.remaining());
        byte[] bytes = new byte[arrived.remaining()];
        arrived.get(bytes);
        body.write(bytes, 0, bytes.length);
        return true;
    }
}
