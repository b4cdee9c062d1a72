package dev.rafthttp;

/** Why a message was given up. Every message that is not delivered is counted under one of these, or as in doubt. */
public enum DropReason {
    /** The lane's queue held its limit of messages or bytes. */
    QUEUE_FULL("queue_full"),
    /** No stream was attached and the pipeline's queue was full. */
    NO_ROUTE("no_route"),
    /** It was queued for a stream that broke and could not be opened again at once. */
    STREAM_LOST("stream_lost"),
    /** It was to be posted, and no connection to the peer could be made, or not yet: nothing of it was written. */
    UNREACHABLE("unreachable"),
    /** The peer answered a {@code POST} with something other than success. */
    REFUSED("refused"),
    /** It was larger than the limit of the lane it had to take. */
    TOO_LARGE("too_large"),
    /** The peer was paused, in either direction. */
    PAUSED("paused"),
    /** No such peer was ever added, or it has been removed. */
    UNKNOWN_PEER("unknown_peer"),
    /** The queue of received proposals held its limit: Raft is slower than its clients. */
    PROPOSALS_FULL("proposals_full"),
    /** The peer was removed or the transport closed while the message waited. */
    CLOSED("closed"),
    /** Its {@code to} is not the member that it came to. */
    TO_MISMATCH("to_mismatch"),
    /** Its {@code from} is not the member that sent it, and its type is none that Raft forwards as another member's. */
    FROM_MISMATCH("from_mismatch"),
    /** It is from a member that has been removed from the cluster. */
    FROM_REMOVED("from_removed"),
    /** Raft addresses its type to itself: MsgHup, MsgBeat, MsgUnreachable and their like never cross the network. */
    LOCAL_TYPE("local_type"),
    /** It came by a way that does not carry its type: a msgapp stream carries MsgApp, and a snapshot's post MsgSnap. */
    WRONG_LANE("wrong_lane"),
    /** It has zero bytes, and so is no message. */
    EMPTY("empty");

    private final String label;

    DropReason(String label) {
        this.label = label;
    }

    /** The name in logs, metrics and JSON. */
    public String label() {
        return label;
    }
}
