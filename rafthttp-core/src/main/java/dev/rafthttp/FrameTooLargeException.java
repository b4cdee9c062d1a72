package dev.rafthttp;

/** A frame, message or body is larger than its limit, or than what the heap has room for. The stream that brought it ends. */
public final class FrameTooLargeException extends RaftTransportException {

    public FrameTooLargeException(String message) {
        super(message);
    }

    /** There is no room for it, though it is within its limit. */
    public FrameTooLargeException(String message, OutOfMemoryError cause) {
        super(message, cause);
    }
}
