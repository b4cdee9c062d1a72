package dev.rafthttp.server;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.RetainableByteBuffer;

/**
 * Reads the body of an asynchronous request as it arrives, into a buffer borrowed only while there is something to read: a
 * stream that is idle holds none. Called by the container, by one thread at a time.
 */
final class BodyReader implements ReadListener {
    /** Jetty's pool keeps nothing larger; and smaller ones cost calls. */
    private static final int BUFFER_BYTES = 64 << 10;

    private final ServletInputStream in;
    private final ByteBufferPool buffers;
    private final Sink sink;
    private boolean over;

    /** What the body is for. Called by the thread that reads, which may be held up. */
    interface Sink {
        /**
         * Takes what has arrived, all of it, and keeps nothing of the buffer.
         *
         * @throws Exception to end the reading; {@link #failed} is then called with it
         */
        void bytes(ByteBuffer arrived) throws Exception;

        /** The body is over. The last call, unless it throws. */
        void end();

        /** The body is broken, or {@link #bytes} or {@link #end} threw. The last call. */
        void failed(Throwable cause);
    }

    BodyReader(ServletInputStream in, ByteBufferPool buffers, Sink sink) {
        this.in = in;
        this.buffers = buffers;
        this.sink = sink;
    }

    /** Begins to read. The request must be asynchronous already. */
    void start() {
        in.setReadListener(this);
    }

    @Override
    public void onDataAvailable() {
        try {
            read();
        } catch (Throwable e) {
            // Jetty would log an Error, and leave the request as it is.
            onError(e);
        }
    }

    private void read() throws Exception {
        RetainableByteBuffer borrowed;
        try {
            borrowed = buffers.acquire(BUFFER_BYTES, false);
        } catch (OutOfMemoryError e) {
            throw new NoRoomException(e);
        }
        try {
            ByteBuffer buffer = borrowed.getByteBuffer();
            while (in.isReady()) {
                buffer.clear();
                if (in.read(buffer) < 0) {
                    return;
                }
                sink.bytes(buffer.flip());
            }
        } finally {
            borrowed.release();
        }
    }

    @Override
    public void onAllDataRead() {
        if (over) {
            return;
        }
        over = true;
        try {
            sink.end();
        } catch (Throwable e) {
            sink.failed(e);
        }
    }

    @Override
    public void onError(Throwable cause) {
        // The container calls this too, for a connection that was closed because of the first failure.
        if (!over) {
            over = true;
            sink.failed(cause);
        }
    }
}
