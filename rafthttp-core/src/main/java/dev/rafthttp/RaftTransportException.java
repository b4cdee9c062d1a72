package dev.rafthttp;

import org.jspecify.annotations.Nullable;

/** The transport's errors, one subclass a cause. Messages name the peer, the limit and the offending value. */
public abstract sealed class RaftTransportException extends RuntimeException
        permits RemovedMemberException,
                ClusterMismatchException,
                IncompatibleVersionException,
                FrameTooLargeException,
                CorruptFrameException,
                PeerUnreachableException {

    RaftTransportException(String message) {
        super(message);
    }

    RaftTransportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the peer will answer the same until somebody changes a configuration. */
    public boolean isPermanent() {
        return false;
    }
}
