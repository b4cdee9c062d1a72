package dev.rafthttp;

import dev.rafthttp.raftpb.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The Raft node, as the transport sees it; etcd's {@code rafthttp.Raft}.
 *
 * <p>Methods are called on the transport's threads, never inside {@link RaftTransport#send}, and several at a time; each
 * may call the transport back, except {@link RaftTransport#close}. None may block: the threads that read the network call
 * them, a few for all peers. A Raft node that has to block is given its messages by a {@link BlockingRaft}.
 */
public interface RaftCallback {

    /** What {@link #process} returns when Raft has the message: one completed stage for all, so that it costs nothing. */
    CompletionStage<Void> TAKEN = CompletableFuture.completedStage(null);

    /**
     * Takes one message. Called in order for one stream, concurrently for different streams, posts and peers. Does not block.
     *
     * <p>It returns {@link #TAKEN}; or, if Raft has no room now, a stage that is completed when Raft has the message. Until then
     * that one stream is not read, which holds the sender back, and a {@code POST} is not answered. No thread waits, everything
     * else goes on, and the sender is told that this member lives. MsgProp waits in a queue of its own per peer, so that a proposal
     * that waits for a leader holds up nothing else. Any thread may complete the stage; it is not used for more than to wake
     * another one.
     *
     * <p>The message's {@code to} is this member, its {@code from} the peer that sent it or, in MsgProp, MsgReadIndex and
     * MsgTransferLeader, any member that has not been removed, and its type none that Raft addresses to itself; what breaks
     * these rules has been dropped and counted. A type whose number is not known here comes too, for a relay to hand on:
     * {@code hasType()} is then false, and {@code getType()} answers MsgHup, which a Raft node must not take it for.
     *
     * @return {@link #TAKEN}, or a stage until whose completion Raft does not have the message. Completed exceptionally, it means
     *     the same as what is thrown
     * @throws java.util.concurrent.RejectedExecutionException if Raft is closing: a stream logs it and goes on, a {@code POST}
     *     is answered with 503
     * @throws Exception if Raft cannot take the message: a stream logs it and goes on, a {@code POST} is answered with 500
     */
    CompletionStage<Void> process(Message message) throws Exception;

    /**
     * Takes one message, as {@link #process(Message)} does, and learns which peer's stream or post brought it. The transport calls
     * this one; unless it is overridden, it calls the other.
     *
     * <p>Raft needs no more than the message. A relay does: the {@code from} of a MsgProp, MsgReadIndex or MsgTransferLeader
     * that was forwarded need not be the sender, and the message goes on in the sender's name.
     *
     * @param sender whom the stream or post came from
     */
    default CompletionStage<Void> process(Message message, MemberId sender) throws Exception {
        return process(message);
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
