package dev.rafthttp.peer;

/** A stream that a peer writes and we read, as far as its peer must be able to end it. */
@FunctionalInterface
public interface InboundStream {
    /** Ends the stream and the connection under it. Any thread, any number of times; does not block. */
    void close(Throwable cause);
}
