package dev.rafthttp;

/** The peer cannot be reached now: it refuses connections, answers with an error, or has fallen silent. */
public final class PeerUnreachableException extends RaftTransportException {

    public PeerUnreachableException(String message) {
        super(message);
    }

    public PeerUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
