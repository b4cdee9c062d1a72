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
     * Sends a message of this node's.
     *
     * @param offset where it stands in the body that it came in, for the error
     * @return false if it is dropped: its lane is full, there is no way to its peer, or the peer has been removed
     * @throws IllegalArgumentException if it is none of this node's, or for nobody
     */
    boolean send(Message message, long offset) {
        checkSender(message, offset);
        if (!isForPeer(message, offset) || !streams.offer(message)) {
            return false;
        }
        tap.saw(message);
        return true;
    }

    /** Checks a message as {@link #send} does. */
    void check(Message message, long offset) {
        checkSender(message, offset);
        boolean ignored = isForPeer(message, offset);
    }

    private void checkSender(Message message, long offset) {
        if (message.getFrom() != member.value()) {
            throw new IllegalArgumentException("the message at offset " + offset + " has from " + hex(message.getFrom())
                    + ": expected " + member + ", the member that this sidecar is");
        }
    }

    /** False if it is for one that has been removed, which Raft may have had under way. */
    private boolean isForPeer(Message message, long offset) {
        boolean isForPeer = peers.isPeer(message.getTo());
        if (!isForPeer && !peers.isRemoved(message.getTo())) {
            throw new IllegalArgumentException("the message at offset " + offset + " has to " + hex(message.getTo())
                    + ": expected a peer, one of those that GET /v1/peers lists");
        }
        return isForPeer;
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
