package dev.rafthttp.metrics;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.raftpb.MessageType;

/** The counters of one peer. {@code sent} and {@code received} are called for every message, on the message path. */
public interface PeerMetrics {
    /** Counts nothing. */
    PeerMetrics NONE = new PeerMetrics() {};

    /**
     * A message was written to a stream or post.
     *
     * @param bytes its encoded size
     */
    default void sent(Lane lane, MessageType type, int bytes) {}

    /**
     * A message came from the peer and was given to Raft.
     *
     * @param bytes its encoded size
     */
    default void received(Lane lane, MessageType type, int bytes) {}

    /** A message was given up, on the way out or (paused, proposals full, against the rules of who may send what) in. */
    default void dropped(Lane lane, MessageType type, DropReason reason) {}

    /** A stream or post broke with messages that the peer had not yet answered for. */
    default void inDoubt(Lane lane, long messages) {}

    /** Raft failed to take a message that came from the peer. */
    default void processFailed(Lane lane, MessageType type) {}

    /** A stream to the peer was attached. */
    default void attached(Lane lane) {}

    /** A stream to the peer ended. */
    default void detached(Lane lane) {}

    /** A stream to the peer ended because this member itself failed: its encoder, its sink or the transport threw. */
    default void failed(Lane lane) {}

    /** A stream from the peer ended because its bytes were no frames. */
    default void corrupt(Lane lane) {}

    /** The peer became reachable, or ceased to be. */
    default void active(boolean active) {}

    /** The peer was reported unreachable to Raft. */
    default void unreachable() {}

    /** A snapshot with its database began to be sent to the peer; etcd's {@code snapshot_send_inflights_total} goes up. */
    default void snapshotSending() {}

    /**
     * It was taken; etcd's {@code snapshot_send_success} and {@code snapshot_send_total_duration_seconds}.
     *
     * @param bytes of the message and the database
     * @param nanos how long that took
     */
    default void snapshotSent(long bytes, long nanos) {}

    /**
     * It was not, or whether it was is unknown; etcd's {@code snapshot_send_failures}.
     *
     * @param bytes that were handed to the network
     */
    default void snapshotSendFailed(long bytes) {}

    /** A snapshot with its database began to come from the peer; etcd's {@code snapshot_receive_inflights_total} goes up. */
    default void snapshotReceiving() {}

    /**
     * It was taken; etcd's {@code snapshot_receive_success} and {@code snapshot_receive_total_duration_seconds}.
     *
     * @param bytes of the message and the database
     * @param nanos how long that took
     */
    default void snapshotReceived(long bytes, long nanos) {}

    /**
     * It did not come whole, or was not taken; etcd's {@code snapshot_receive_failures}.
     *
     * @param bytes that came
     */
    default void snapshotReceiveFailed(long bytes) {}

    /** A link heartbeat or probe was answered after this many nanoseconds. */
    default void roundTrip(Lane lane, long nanos) {}
}
