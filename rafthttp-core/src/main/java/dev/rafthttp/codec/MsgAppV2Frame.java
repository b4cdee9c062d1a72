package dev.rafthttp.codec;

/** The first byte of each frame of a msgappv2 stream. */
final class MsgAppV2Frame {
    // WIRE: the comment in etcd's 2015 source gives MsgApp the number 1; its constant, and every etcd, says 2.
    static final int LINK_HEARTBEAT = 0;
    static final int APP_ENTRIES = 1;
    static final int MSG_APP = 2;

    private MsgAppV2Frame() {}
}
