package dev.rafthttp.inbound;

/** A stream that a peer writes and we read, as far as its peer must be able to stop and end it. */
public interface InboundStream {
    /** Ends the stream and the connection under it. Any thread, any number of times; does not block. */
    void close(Throwable cause);

    /**
     * Has the bytes that {@link StreamReceiver#receive} left offered to it again, on a thread of the transport. Any thread, any number
     * of times, also while nothing is left; does not block.
     */
    void resume();
}
