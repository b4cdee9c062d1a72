package dev.rafthttp;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The transport's errors, one subclass a cause. Messages name the peer, the limit and the offending value. */
public abstract sealed class RaftTransportException extends RuntimeException
        permits RemovedMemberException,
                ClusterMismatchException,
                IncompatibleVersionException,
                FrameTooLargeException,
                NoRoomException,
                CorruptFrameException,
                PeerUnreachableException {

    RaftTransportException(String message) {
        super(message);
    }

    RaftTransportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** What happened, where, and by which value and limit; never null. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    /** Whether the peer will answer the same until somebody changes a configuration. */
    public boolean isPermanent() {
        return false;
    }
}
