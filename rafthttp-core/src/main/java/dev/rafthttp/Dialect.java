package dev.rafthttp;

import java.util.Locale;

/** Who dials the streams between this member and a peer. The streams that the other dialect has are refused. */
public enum Dialect {
    /** The writer: each member opens the streams for its own messages. Between transports of this project. */
    PUSH,

    /** The reader, as in etcd: each member asks for the other's messages. Between this transport and etcd's. */
    ETCD;

    /** The name in options, JSON and logs. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
