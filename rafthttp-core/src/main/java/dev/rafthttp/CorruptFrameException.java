package dev.rafthttp;

/** Bytes that are no frame of the stream's format. The stream ends; nothing is delivered from the frame. */
public final class CorruptFrameException extends RaftTransportException {
    private final long offset;

    /**
     * @param offset where in the stream the offending bytes begin, in bytes from its start
     * @param reason what is wrong with them
     */
    public CorruptFrameException(long offset, String reason) {
        super("corrupt frame at offset " + offset + ": " + reason);
        this.offset = offset;
    }

    /** As {@link #CorruptFrameException(long, String)}, with what the protobuf runtime threw. */
    public CorruptFrameException(long offset, String reason, Throwable cause) {
        super("corrupt frame at offset " + offset + ": " + reason, cause);
        this.offset = offset;
    }

    /** Where in the stream the offending bytes begin, in bytes from its start. */
    public long offset() {
        return offset;
    }
}
