package dev.rafthttp.peer;

import dev.rafthttp.peer.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proposals from one peer on their way to Raft, apart from all other messages: a proposal blocks while there is no leader,
 * and the vote that makes one must not wait behind it. etcd's {@code propc}.
 *
 * <p>Any thread may offer. The executor runs at most one task for a queue, which gives proposals to Raft in order.
 */
final class ProposalQueue {
    private static final Logger LOG = LoggerFactory.getLogger(ProposalQueue.class);

    private final SendQueue queue;
    private final Executor executor;
    private final Recipient recipient;
    private final AtomicBoolean draining = new AtomicBoolean();
    private volatile boolean closed;

    /** What becomes of proposals. */
    interface Recipient {
        /** Gives one to Raft; may block. */
        void process(Message proposal);

        /** Gives one up that waited when the queue was closed. */
        void dropped(Message proposal);
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
        schedule();
        return true;
    }

    /** Gives no more proposals to Raft; those that wait, and those that come, are dropped. */
    void close() {
        closed = true;
    }

    private void schedule() {
        if (draining.compareAndSet(false, true)) {
            try {
                executor.execute(this::drain);
            } catch (RuntimeException | Error e) {
                // They wait for the next proposal, and for a thread then.
                draining.set(false);
                LOG.error("no thread gives {} proposals to Raft", queue.messages(), e);
            }
        }
    }

    private void drain() {
        try {
            for (Message next = queue.poll(); next != null; next = queue.poll()) {
                queue.release();
                if (closed) {
                    recipient.dropped(next);
                } else {
                    recipient.process(next);
                }
            }
        } finally {
            draining.set(false);
            if (!queue.isEmpty()) {
                schedule();
            }
        }
    }
}
