package dev.rafthttp;

import java.io.IOException;

/**
 * A database that came with a snapshot was not stored, or not to its end. A {@link SnapshotReceiver} throws it to have the
 * sender told so, in etcd's words, rather than that Raft failed.
 */
public final class SnapshotStoreException extends IOException {

    /** @param cause why; its message goes to the sender too */
    public SnapshotStoreException(IOException cause) {
        super(String.valueOf(cause.getMessage()), cause);
    }
}
