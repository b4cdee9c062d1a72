package dev.rafthttp.inbound;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.runtime.Failures;
import dev.rafthttp.runtime.FatalErrors;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Gives Raft what comes from one peer: counts it, refuses what may not come from it, sets proposals aside, and drops all while
 * the peer is paused. Any thread.
 */
public final class Inbox implements StreamReceiver.Taker, ProposalQueue.Recipient {
    private static final String NO_STAGE = "process returned null: expected TAKEN or a stage";

    private final RaftCallback callback;
    private final MemberId peer;
    private final PeerLedger ledger;
    private final MessageRules rules;
    private final ProposalQueue proposals;
    private volatile boolean paused;

    /**
     * @param callback the Raft node
     * @param executor goes on with proposals that Raft held
     */
    public Inbox(MemberId peer, TransportConfig config, RaftCallback callback, Executor executor, PeerLedger ledger) {
        this.callback = callback;
        this.peer = peer;
        this.ledger = ledger;
        this.rules = new MessageRules(config.memberId(), callback::isIdRemoved);
        this.proposals = new ProposalQueue(config.queueMessages(), config.queueBytes(), executor, this);
    }

    /**
     * Takes a message that came on a stream, on the thread that reads it.
     *
     * @return {@link RaftCallback#TAKEN} if Raft has it, or a queue before Raft; otherwise a stage that is completed when
     *     Raft has it, or has failed to take it, and exceptionally if that was an Error. Null if it has been dropped and
     *     counted
     */
    @Override
    public @Nullable CompletionStage<Void> take(Lane lane, Message m, int bytes) {
        if (paused) {
            ledger.droppedReceived(lane, m, DropReason.PAUSED);
            return null;
        }
        DropReason refused = rules.checkReceived(m, peer, lane);
        if (refused != null) {
            ledger.droppedReceived(lane, m, refused);
            return null;
        }
        if (m.getType() != MessageType.MsgProp) {
            return process(lane, m, bytes);
        }
        if (proposals.offer(m)) {
            return RaftCallback.TAKEN;
        }
        // The peer is well, and Raft has nothing to be told of.
        ledger.droppedReceived(lane, m, DropReason.PROPOSALS_FULL);
        return null;
    }

    /**
     * Takes a message that came as a post.
     *
     * @return as {@link RaftCallback#process}
     * @throws Exception what Raft threw, or the peer is paused
     */
    @SuppressWarnings("ReferenceEquality") // The one that means that there is nothing to wait for.
    public CompletionStage<Void> takePost(Message m) throws Exception {
        acceptPost(m);
        try {
            CompletionStage<Void> taken = process(callback, m, peer);
            return taken == RaftCallback.TAKEN
                    ? taken
                    : taken.whenComplete((done, failure) -> {
                        if (failure != null) {
                            postFailed(m, Failures.cause(failure));
                        }
                    });
        } catch (Exception | Error e) {
            postFailed(m, e);
            throw e;
        }
    }

    private void postFailed(Message m, Throwable failure) {
        if (failure instanceof Error error) {
            FatalErrors.report(error);
        } else {
            ledger.processFailed(Lane.PIPELINE, m.getType(), failure);
        }
    }

    /**
     * Counts a message that came as a post, and is given to Raft by the caller.
     *
     * @throws PeerUnreachableException if the peer is paused
     */
    public void acceptPost(Message m) {
        if (paused) {
            ledger.droppedReceived(Lane.PIPELINE, m, DropReason.PAUSED);
            throw new PeerUnreachableException("peer " + peer + " is paused");
        }
        ledger.received(Lane.PIPELINE, m.getType(), m.getSerializedSize());
    }

    @Override
    public CompletionStage<Void> process(Message proposal) {
        return process(Lane.MESSAGE, proposal, proposal.getSerializedSize());
    }

    @Override
    public void dropped(Message proposal) {
        ledger.droppedReceived(Lane.MESSAGE, proposal, DropReason.CLOSED);
    }

    /**
     * Gives Raft a message, and refuses what Raft must not return.
     *
     * @throws Exception what Raft threw
     */
    public static CompletionStage<Void> process(RaftCallback raft, Message m, MemberId sender) throws Exception {
        return Objects.requireNonNull(raft.process(m, sender), NO_STAGE);
    }

    @SuppressWarnings("ReferenceEquality") // The one that means that there is nothing to wait for.
    private CompletionStage<Void> process(Lane lane, Message m, int bytes) {
        ledger.received(lane, m.getType(), bytes);
        CompletionStage<Void> taken;
        try {
            taken = process(callback, m, peer);
        } catch (Exception | Error e) {
            return failed(lane, m, e);
        }
        return taken == RaftCallback.TAKEN
                ? taken
                : taken.exceptionallyCompose(failure -> failed(lane, m, Failures.cause(failure)));
    }

    /**
     * Raft has failed to take a message, which is logged and counted.
     *
     * @throws Error which nobody can go on after
     */
    private CompletionStage<Void> failed(Lane lane, Message m, Throwable failure) {
        if (failure instanceof Error error) {
            FatalErrors.report(error);
            throw error;
        }
        if (failure instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        ledger.processFailed(lane, m.getType(), failure);
        return RaftCallback.TAKEN;
    }

    /** Drops everything until {@code paused} is false again. */
    public void setPaused(boolean paused) {
        this.paused = paused;
    }

    @Override
    public String toString() {
        return "inbox of peer " + peer + ", " + proposals + (paused ? ", paused" : "");
    }

    /** Gives Raft none of the proposals that wait. */
    public void close() {
        proposals.close();
    }
}
