package dev.rafthttp.inbound;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.codec.DecodedSize;
import dev.rafthttp.queue.SendQueue;
import dev.rafthttp.queue.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proposals from one peer on their way to Raft, apart from all other messages: a proposal waits while there is no leader,
 * and the vote that makes one must not wait behind it. etcd's {@code propc}.
 *
 * <p>Any thread may offer. Who finds the queue idle gives Raft what waits, in order; while Raft holds a proposal nobody does, and
 * the executor goes on when Raft has it.
 */
public final class ProposalQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ProposalQueue.class);

    private final SendQueue queue;
    private final Executor executor;
    private final Recipient recipient;

    /** Taken by whoever polls, and kept while Raft holds a proposal. */
    private final AtomicBoolean draining = new AtomicBoolean();

    private volatile boolean closed;

    /** What becomes of proposals. */
    public interface Recipient {
        /**
         * Gives one to Raft.
         *
         * @return as {@link RaftCallback#process}
         */
        CompletionStage<Void> process(Message proposal);

        /** Gives one up that waited when the queue was closed. */
        void dropped(Message proposal);
    }

    public ProposalQueue(int maxMessages, long maxBytes, Executor executor, Recipient recipient) {
        this.queue = new SendQueue(maxMessages, maxBytes, false);
        this.executor = executor;
        this.recipient = recipient;
    }

    /** Queues a proposal, and gives it to Raft if none is before it; or returns false if the queue is full. Does not block. */
    public boolean offer(Message proposal) {
        if (!queue.offer(proposal, DecodedSize.weight(proposal), MessageClass.BULK)) {
            return false;
        }
        drainIfIdle();
        return true;
    }

    /** Gives no more proposals to Raft; those that wait, and those that come, are dropped. */
    void close() {
        closed = true;
        drainIfIdle();
    }

    private void drainIfIdle() {
        while (!queue.isEmpty() && draining.compareAndSet(false, true)) {
            boolean held = false;
            try {
                held = drain();
            } finally {
                if (!held) {
                    draining.set(false);
                }
            }
        }
    }

    /** Gives Raft what waits; returns true if Raft holds one, and the token goes on with it. */
    @SuppressWarnings("ReferenceEquality") // The one that means that there is nothing to wait for.
    private boolean drain() {
        for (Message next = queue.poll(); next != null; next = queue.poll()) {
            queue.release();
            if (closed) {
                recipient.dropped(next);
                continue;
            }
            CompletionStage<Void> taken = recipient.process(next);
            if (taken != RaftCallback.TAKEN) {
                taken.whenComplete((done, failure) -> goOn());
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return queue.messages() + " proposals waiting" + (closed ? ", closed" : "");
    }

    /** Raft has the proposal that it held. On whatever thread said so, which goes no further. */
    private void goOn() {
        try {
            executor.execute(() -> {
                draining.set(false);
                drainIfIdle();
            });
        } catch (RuntimeException | Error e) {
            // They wait for the next proposal, and for its thread then.
            draining.set(false);
            LOG.error("no thread gives {} proposals to Raft", queue.messages(), e);
        }
    }
}
