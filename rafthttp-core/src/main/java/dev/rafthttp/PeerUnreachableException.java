package dev.rafthttp;

import org.jspecify.annotations.Nullable;

/** The peer cannot be reached now: it refuses connections, answers with an error, or has fallen silent. */
public final class PeerUnreachableException extends RaftTransportException {

    public PeerUnreachableException(String message) {
        super(message);
    }

    public PeerUnreachableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
