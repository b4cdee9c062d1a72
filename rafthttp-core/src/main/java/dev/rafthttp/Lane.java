package dev.rafthttp;

import dev.rafthttp.raftpb.MessageType;

/** A way a message can take to a peer. */
public enum Lane {
    /** The msgappv2 stream: MsgApp only. etcd's {@code streamMsgAppV2}. */
    MSGAPP("msgapp"),
    /** The message stream: every type. etcd's {@code streamMessage}. */
    MESSAGE("message"),
    /** One {@code POST /raft} a message, while no stream is attached. etcd's {@code pipeline}. */
    PIPELINE("pipeline");

    private final String label;

    Lane(String label) {
        this.label = label;
    }

    /** The lane that messages of a type take while all streams are attached. */
    public static Lane of(MessageType type) {
        return switch (type) {
            case MsgApp -> MSGAPP;
            case MsgSnap -> PIPELINE;
            default -> MESSAGE;
        };
    }

    /** The name in logs, metrics and JSON. */
    public String label() {
        return label;
    }
}
