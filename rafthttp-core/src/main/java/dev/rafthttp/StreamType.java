package dev.rafthttp;

/** What a stream carries; etcd's {@code streamType}. Every lane but {@link Lane#PIPELINE} has streams of one type. */
public enum StreamType {
    /** MsgApp only, as msgappv2 frames. */
    MSGAPP(Lane.MSGAPP),
    /** Messages of every type. */
    MESSAGE(Lane.MESSAGE);

    private final Lane lane;

    StreamType(Lane lane) {
        this.lane = lane;
    }

    /** The lane whose messages such a stream carries. */
    public Lane lane() {
        return lane;
    }

    /** The name in logs, metrics and JSON, which is the lane's. */
    public String label() {
        return lane.label();
    }
}
