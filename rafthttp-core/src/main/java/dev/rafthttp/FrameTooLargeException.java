package dev.rafthttp;

/** A frame, message or body is larger than its limit, or would be once it is decoded. The stream that brought it ends. */
public final class FrameTooLargeException extends RaftTransportException {

    public FrameTooLargeException(String message) {
        super(message);
    }
}
