package dev.rafthttp;

/** How sending a snapshot ended; raft's {@code SnapshotStatus}. */
public enum SnapshotStatus {
    /** The peer has stored it and its Raft took the message. */
    FINISH,
    /** It did not arrive, or whether it did is unknown. */
    FAILURE
}
