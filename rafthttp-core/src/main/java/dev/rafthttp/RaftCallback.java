package dev.rafthttp;

import dev.rafthttp.raftpb.Message;

/**
 * The Raft node, as the transport sees it; etcd's {@code rafthttp.Raft}.
 *
 * <p>Methods are called on the transport's threads, never inside {@link RaftTransport#send}, and several at a time; each
 * may call the transport back, except {@link RaftTransport#close}.
 */
public interface RaftCallback {

    /**
     * Takes one message. Called in order for one stream, concurrently for different streams, posts and peers.
     *
     * <p>While it blocks, its stream is not read and the sender is held back; the sender is told that this member lives.
     * MsgProp comes on a thread of its own per peer, so that a proposal that waits for a leader holds up nothing else.
     *
     * <p>The message's {@code to} is this member, its {@code from} the peer that sent it or, in MsgProp, MsgReadIndex and
     * MsgTransferLeader, any member that has not been removed, and its type none that Raft addresses to itself; what breaks
     * these rules has been dropped and counted. A type whose number is not known here comes too, for a relay to hand on:
     * {@code hasType()} is then false, and {@code getType()} answers MsgHup, which a Raft node must not take it for.
     *
     * @throws java.util.concurrent.RejectedExecutionException if Raft is closing: a stream logs it and goes on, a {@code POST}
     *     is answered with 503
     * @throws Exception if Raft cannot take the message: a stream logs it and goes on, a {@code POST} is answered with 500
     */
    void process(Message message) throws Exception;

    /**
     * Takes one message, as {@link #process(Message)} does, and learns which peer's stream or post brought it. The transport calls
     * this one; unless it is overridden, it calls the other.
     *
     * <p>Raft needs no more than the message. A relay does: the {@code from} of a MsgProp, MsgReadIndex or MsgTransferLeader
     * that was forwarded need not be the sender, and the message goes on in the sender's name.
     *
     * @param sender whom the stream or post came from
     */
    default void process(Message message, MemberId sender) throws Exception {
        process(message);
    }

    /** Whether a member has been removed from the cluster, and is refused. Asked for every message: must be quick, and not block. */
    boolean isIdRemoved(MemberId id);

    /**
     * Says that a peer cannot be reached, or that messages to it are lost: once at the beginning of an outage, and again while
     * messages to it are lost, at most once per second. A peer to which nothing is sent is told of once per outage.
     */
    void reportUnreachable(MemberId id);

    /**
     * Says how sending a snapshot to a peer ended: exactly once for each MsgSnap given to {@link RaftTransport#send} or
     * {@link RaftTransport#sendSnapshot}.
     */
    void reportSnapshot(MemberId id, SnapshotStatus status);

    /**
     * Says that this member itself has been removed, as a peer told it. Fatal: the Raft node must stop. Called once;
     * {@link TransportStatus#removed} says it from then on.
     */
    void reportRemoved(RemovedMemberException cause);
}
