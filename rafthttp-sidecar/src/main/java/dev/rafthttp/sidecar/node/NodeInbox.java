package dev.rafthttp.sidecar.node;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.raftpb.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;

/**
 * Received messages that wait for the node, bounded in number and in bytes. While it is full, whoever brings one waits, its
 * stream is not read, and the peer is held back; so nothing is dropped here, and memory does not grow.
 *
 * <p>Any thread may put; one consumer at a time takes. Guarded by its own lock, which is not held while the consumer is
 * called.
 */
public final class NodeInbox {
    /** What may wait between two readers, as on a lane: far more than Raft has under way to one member. */
    static final int MAX_MESSAGES = 4096;

    static final long MAX_BYTES = HeapLimits.OF_JVM.queueBytes();

    private final int maxMessages;
    private final long maxBytes;
    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private long bytes;
    private int heldBack;
    private boolean closed;
    private long taken;
    private long inDoubt;

    private volatile Consumer consumer = () -> {};

    /** Who takes messages. */
    interface Consumer {
        /** Something waits. Called on the thread that brought it; must not block. */
        void signal();
    }

    /** What is taken at once. */
    interface Batch {
        /** How many bytes of messages to take; the last may go beyond it. */
        int capacity();

        void add(Message message);
    }

    /** Makes one with the bounds that the API promises. */
    public NodeInbox() {
        this(MAX_MESSAGES, MAX_BYTES);
    }

    NodeInbox(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a message, as soon as there is room. One above the bound in bytes has room if nothing else waits.
     *
     * @throws InterruptedException if the thread is interrupted while it waits
     * @throws IllegalStateException if the sidecar is closing
     */
    public void put(Message message) throws InterruptedException {
        int size = message.getSerializedSize();
        synchronized (this) {
            while (!closed && !hasRoom(size)) {
                heldBack++;
                try {
                    wait();
                } finally {
                    heldBack--;
                }
            }
            if (closed) {
                throw new RejectedExecutionException("the sidecar is closing; the node gets nothing more");
            }
            waiting.add(message);
            bytes += size;
        }
        consumer.signal();
    }

    private boolean hasRoom(int size) {
        return waiting.isEmpty() || (waiting.size() < maxMessages && bytes + size <= maxBytes);
    }

    /** Says who takes messages from now on. */
    void consumer(Consumer next) {
        consumer = next;
        next.signal();
    }

    /** Gives the consumer what waits, oldest first, until there is no more or the batch is full; returns how many. */
    int take(Batch batch) {
        List<Message> some = poll(batch.capacity());
        some.forEach(batch::add);
        return some.size();
    }

    private synchronized List<Message> poll(long capacity) {
        List<Message> some = new ArrayList<>();
        long room = capacity;
        while (room > 0 && !waiting.isEmpty()) {
            Message message = waiting.remove();
            int size = message.getSerializedSize();
            bytes -= size;
            room -= size + Long.BYTES;
            some.add(message);
        }
        taken += some.size();
        if (heldBack > 0 && !some.isEmpty()) {
            notifyAll();
        }
        return some;
    }

    synchronized boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** How many wait. */
    public synchronized int size() {
        return waiting.size();
    }

    /** So many of the messages taken were being written to a reader when it went away: it may have them, or not. */
    synchronized void doubted(long messages) {
        inDoubt += messages;
    }

    synchronized InboxStatus status() {
        return new InboxStatus(waiting.size(), bytes, heldBack, taken, inDoubt);
    }

    /** Takes nothing more; whoever waits for room is told. */
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
