package dev.rafthttp;

/** Why a message was given up. Every message that is not delivered is counted under one of these, or as in doubt. */
public enum DropReason {
    /** The lane's queue held its limit of messages or bytes. */
    QUEUE_FULL("queue_full"),
    /** No stream was attached and the pipeline's queue was full. */
    NO_ROUTE("no_route"),
    /** It was queued for a stream that broke and could not be opened again at once. */
    STREAM_LOST("stream_lost"),
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
    CLOSED("closed");

    private final String label;

    DropReason(String label) {
        this.label = label;
    }

    /** The name in logs, metrics and JSON. */
    public String label() {
        return label;
    }
}
