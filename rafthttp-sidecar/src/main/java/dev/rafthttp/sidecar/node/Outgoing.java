package dev.rafthttp.sidecar.node;

import dev.rafthttp.MemberId;
import dev.rafthttp.peer.StreamControl;
import dev.rafthttp.raftpb.Message;

/** The way from the node to its peers. Any thread. */
public final class Outgoing {
    private final MemberId member;
    private final Peers peers;
    private final StreamControl streams;
    private final Tap tap;
    private volatile boolean closing;

    /**
     * @param member that the node is
     * @param tap is shown what is sent
     */
    public Outgoing(MemberId member, Peers peers, StreamControl streams, Tap tap) {
        this.member = member;
        this.peers = peers;
        this.streams = streams;
        this.tap = tap;
    }

    MemberId member() {
        return member;
    }

    /**
     * Sends a message.
     *
     * @return false if it is dropped: its lane is full, there is no way to its peer, or the peer has been removed
     */
    boolean send(Message message) {
        boolean queued = peers.isPeer(message.getTo()) && streams.offer(message);
        if (queued) {
            tap.saw(message);
        }
        return queued;
    }

    /**
     * Checks that a message is one of this node's, to a peer.
     *
     * @param offset where it stands in the body that it came in, for the error
     * @throws IllegalArgumentException if it is not
     */
    void check(Message message, long offset) {
        if (message.getFrom() != member.value()) {
            throw new IllegalArgumentException("the message at offset " + offset + " has from " + hex(message.getFrom())
                    + ": expected " + member + ", the member that this sidecar is");
        }
        if (!peers.isPeer(message.getTo()) && !peers.isRemoved(message.getTo())) {
            throw new IllegalArgumentException("the message at offset " + offset + " has to " + hex(message.getTo())
                    + ": expected a peer, one of those that GET /v1/peers lists");
        }
    }

    private static String hex(long id) {
        return id == 0 ? "0 (none)" : new MemberId(id).toString();
    }

    boolean isClosing() {
        return closing;
    }

    /** Has requests that bring messages end. */
    public void close() {
        closing = true;
    }
}
