package dev.rafthttp.sidecar.node;

import dev.rafthttp.MemberId;
import dev.rafthttp.peer.StreamControl;
import dev.rafthttp.raftpb.Message;

/** The way from the node to its peers. Any thread. */
public final class Outgoing {
    private final MemberId member;
    private final Peers peers;
    private final StreamControl streams;
    private volatile boolean closing;

    /** What became of a message. */
    enum Fate {
        /** It waits for its peer. */
        QUEUED,
        /** Its lane is full, there is no way to its peer, or the peer has been removed. */
        DROPPED,
        /** There is no such peer, and was none. */
        UNKNOWN
    }

    /** @param member that the node is */
    public Outgoing(MemberId member, Peers peers, StreamControl streams) {
        this.member = member;
        this.peers = peers;
        this.streams = streams;
    }

    MemberId member() {
        return member;
    }

    Fate send(Message message) {
        if (peers.isPeer(message.getTo())) {
            return streams.offer(message) ? Fate.QUEUED : Fate.DROPPED;
        }
        return peers.isRemoved(message.getTo()) ? Fate.DROPPED : Fate.UNKNOWN;
    }

    boolean isClosing() {
        return closing;
    }

    /** Has requests that bring messages end. */
    public void close() {
        closing = true;
    }
}
