package dev.rafthttp.peer;

import dev.rafthttp.Lane;
import dev.rafthttp.peer.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Proposals from one peer on their way to Raft, apart from all other messages: a proposal blocks while there is no leader,
 * and the vote that makes one must not wait behind it. etcd's {@code propc}.
 *
 * <p>Any thread may offer. The executor runs at most one task for a queue, which gives proposals to Raft in order.
 */
final class ProposalQueue {
    private final SendQueue queue;
    private final Executor executor;
    private final Recipient recipient;
    private final AtomicBoolean draining = new AtomicBoolean();
    private volatile boolean closed;

    /** Takes a proposal; may block. */
    interface Recipient {
        void process(Lane lane, Message proposal);
    }

    ProposalQueue(int maxMessages, long maxBytes, Executor executor, Recipient recipient) {
        this.queue = new SendQueue(maxMessages, maxBytes, false);
        this.executor = executor;
        this.recipient = recipient;
    }

    /** Queues a proposal, or returns false if the queue is full. Never blocks. */
    boolean offer(Message proposal) {
        if (!queue.offer(proposal, proposal.getSerializedSize(), MessageClass.BULK)) {
            return false;
        }
        if (draining.compareAndSet(false, true)) {
            executor.execute(this::drain);
        }
        return true;
    }

    /** Gives no more proposals to Raft. */
    void close() {
        closed = true;
    }

    private void drain() {
        do {
            for (Message next = queue.poll(); next != null; next = queue.poll()) {
                queue.release();
                if (!closed) {
                    recipient.process(Lane.MESSAGE, next);
                }
            }
            draining.set(false);
        } while (!queue.isEmpty() && draining.compareAndSet(false, true));
    }
}
