package dev.rafthttp.outbound;

import java.nio.ByteBuffer;

/** Where an outbound stream's bytes go: the body of a request we made, or of an answer we give. */
public interface StreamSink {

    /**
     * Starts to write, without blocking, and never throws. One write is under way at a time.
     *
     * @param piece belongs to the sink until {@code completion} is told
     * @param completion told exactly once, on any thread, possibly before this method returns
     */
    void write(ByteBuffer piece, WriteCompletion completion);

    /**
     * Ends the stream and the connection under it. A write under way then fails. May be called from any thread, more than
     * once, and does not block.
     */
    void close(Throwable cause);

    /** How a write ended. */
    interface WriteCompletion {
        /** The bytes are with the operating system. */
        void succeeded();

        /** Some may be. The stream is of no more use. */
        void failed(Throwable cause);
    }
}
