package dev.rafthttp;

/** A frame, message or body is larger than its limit. The stream that announced it ends. */
public final class FrameTooLargeException extends RaftTransportException {

    public FrameTooLargeException(String message) {
        super(message);
    }
}
