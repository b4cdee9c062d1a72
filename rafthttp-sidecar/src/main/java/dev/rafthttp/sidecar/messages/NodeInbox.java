package dev.rafthttp.sidecar.messages;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.codec.DecodedSize;
import dev.rafthttp.raftpb.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/**
 * Received messages that wait for the node, bounded in number and in bytes. While the inbox is full, one further message of each
 * stream and post waits for room. That stream or post is not read meanwhile, which holds the peer back. So nothing is dropped here,
 * memory does not grow, and no thread waits.
 *
 * <p>Any thread may put; one consumer at a time takes. Guarded by its own lock, which is not held while the consumer is called, or
 * while a stage is completed.
 */
public final class NodeInbox {
    /** As many as on a lane of the transport: far more than Raft has under way to one member. */
    static final int MAX_MESSAGES = 4096;

    private final int maxMessages;
    private final long maxBytes;
    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private final ArrayDeque<HeldBack> heldBack = new ArrayDeque<>();
    private long bytes;
    private boolean closed;
    private long taken;
    private long inDoubt;

    private volatile Consumer consumer = () -> {};

    /**
     * The inbox at one moment.
     *
     * @param messages that wait
     * @param bytes their size
     * @param heldBack messages beyond them that wait for room: one for each stream and post that is not read meanwhile
     * @param taken messages that went to the node since the start
     * @param inDoubt those of them that were being written to a reader when it went away
     */
    public record Status(int messages, long bytes, int heldBack, long taken, long inDoubt) {}

    /** A message that waits for room. */
    private record HeldBack(Message message, CompletableFuture<Void> taken) {}

    /** Takes messages. */
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

    /**
     * Makes one with the bound in messages that the API promises.
     *
     * @param maxBytes what may wait, 1 byte or more
     */
    public NodeInbox(long maxBytes) {
        this(MAX_MESSAGES, maxBytes);
    }

    NodeInbox(int maxMessages, long maxBytes) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
    }

    /**
     * Adds a message, as soon as there is room and those that wait for it have been added. One above the bound in bytes has room if
     * nothing else waits. Does not block.
     *
     * @return {@link RaftCallback#TAKEN} if it has been added; otherwise a stage that is completed when it is added, on the node's thread
     * @throws RejectedExecutionException if the sidecar is closing; the stage is completed with the same
     */
    public CompletionStage<Void> put(Message message) {
        synchronized (this) {
            if (closed) {
                throw closing();
            }
            if (!heldBack.isEmpty() || !hasRoom(message)) {
                CompletableFuture<Void> taken = new CompletableFuture<>();
                heldBack.add(new HeldBack(message, taken));
                return taken;
            }
            add(message);
        }
        consumer.signal();
        return RaftCallback.TAKEN;
    }

    private static RejectedExecutionException closing() {
        return new RejectedExecutionException("the sidecar is closing; the node gets nothing more");
    }

    private boolean hasRoom(Message message) {
        int size = DecodedSize.weight(message);
        return waiting.isEmpty() || (waiting.size() < maxMessages && bytes + size <= maxBytes);
    }

    private void add(Message message) {
        waiting.add(message);
        bytes += DecodedSize.weight(message);
    }

    /** Sets the consumer from now on. */
    void consumer(Consumer next) {
        consumer = next;
        next.signal();
    }

    /** Gives the consumer what waits, oldest first, until there is no more or the batch is full; returns how many. */
    int take(Batch batch) {
        List<Message> some;
        List<HeldBack> added;
        synchronized (this) {
            some = poll(batch.capacity());
            added = addHeldBack();
        }
        some.forEach(batch::add);
        added.forEach(each -> each.taken.complete(null));
        return some.size();
    }

    private List<Message> poll(long capacity) {
        List<Message> some = new ArrayList<>();
        long room = capacity;
        while (room > 0 && !waiting.isEmpty()) {
            Message message = waiting.remove();
            int size = DecodedSize.weight(message);
            bytes -= size;
            room -= size + Long.BYTES;
            some.add(message);
        }
        taken += some.size();
        return some;
    }

    private List<HeldBack> addHeldBack() {
        if (heldBack.isEmpty()) {
            return List.of();
        }
        List<HeldBack> added = new ArrayList<>();
        for (HeldBack next = heldBack.peek(); next != null && hasRoom(next.message); next = heldBack.peek()) {
            heldBack.remove();
            add(next.message);
            added.add(next);
        }
        return added;
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

    public synchronized Status status() {
        return new Status(waiting.size(), bytes, heldBack.size(), taken, inDoubt);
    }

    /** Takes no further messages. Stages that wait for room fail. */
    public void close() {
        List<HeldBack> refused;
        synchronized (this) {
            closed = true;
            refused = new ArrayList<>(heldBack);
            heldBack.clear();
        }
        refused.forEach(each -> each.taken.completeExceptionally(closing()));
    }
}
