package dev.rafthttp.queue;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.codec.DecodedSize;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for one consumer, bounded in number and in bytes, urgent ones before bulk.
 *
 * <p>Any thread may offer; one at a time may poll and release. Both bounds stand in one atomic word, which is changed only by
 * an offer that keeps them: what is refused takes no room, not even for a moment, from what another thread offers.
 *
 * <p>After an offer the sender looks whether somebody drains; after a drain its owner looks whether something was offered. At
 * least one must see the other, so an offer ends with a full fence. The queue does not do that for us: where it grows, it
 * publishes with ordered stores, which a later load may pass.
 */
public final class SendQueue {
    /** Bulk may fill this part of the bounds only, so that a burst of it never makes a heartbeat be dropped. */
    private static final int BULK_NUMERATOR = 3;

    private static final int BULK_DENOMINATOR = 4;

    /** The word's upper bits count messages, its lower ones bytes. */
    private static final int COUNT_SHIFT = 40;

    private static final long BYTES_MASK = (1L << COUNT_SHIFT) - 1;

    /** Slots in a queue's first array and in each it grows by: small, because most lanes are at rest. */
    private static final int CHUNK = 64;

    private final Queue<Message> urgent = new MpscUnboundedAtomicArrayQueue<>(CHUNK);
    private final Queue<Message> bulk = new MpscUnboundedAtomicArrayQueue<>(CHUNK);
    private final AtomicLong occupancy = new AtomicLong();

    /** Messages that wait for room, in their order. Guarded by itself. */
    private final Queue<Waiting> held = new ArrayDeque<>();

    /** How many they are, and whoever is about to be one of them. */
    private final AtomicInteger waiting = new AtomicInteger();

    // Owned by the consumer.
    private long polled;

    private final int maxMessages;
    private final long maxBytes;
    private final int maxBulkMessages;
    private final long maxBulkBytes;

    /** The part of a lane's traffic a message belongs to. Order is kept within a class. */
    public enum MessageClass {
        URGENT,
        BULK;

        public static MessageClass of(MessageType type) {
            return type == MessageType.MsgApp || type == MessageType.MsgProp ? BULK : URGENT;
        }
    }

    /** A message that waits for room. */
    private record Waiting(Message message, int bytes, MessageClass messageClass, CompletableFuture<Void> queued) {}

    /**
     * @param maxMessages 1 to 2^20
     * @param maxBytes 1 to 2^39; a message above what bulk may have counts as that much, so that it is taken if nothing else
     *     waits, and leaves urgent messages theirs
     * @param reserveForUrgent whether bulk leaves a quarter of the bounds free
     */
    public SendQueue(int maxMessages, long maxBytes, boolean reserveForUrgent) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.maxBulkMessages =
                reserveForUrgent ? Math.max(1, maxMessages / BULK_DENOMINATOR * BULK_NUMERATOR) : maxMessages;
        this.maxBulkBytes = reserveForUrgent ? Math.max(1, maxBytes / BULK_DENOMINATOR * BULK_NUMERATOR) : maxBytes;
    }

    /**
     * Adds a message, or returns false if that would break a bound.
     *
     * @param bytes its {@link DecodedSize#weight}
     */
    public boolean offer(Message message, int bytes, MessageClass messageClass) {
        boolean isBulk = messageClass == MessageClass.BULK;
        int messageLimit = isBulk ? maxBulkMessages : maxMessages;
        long byteLimit = isBulk ? maxBulkBytes : maxBytes;
        long room = roomOf(bytes);
        long before;
        long after;
        do {
            before = occupancy.get();
            after = before + room;
            if (messagesIn(after) > messageLimit || bytesIn(after) > byteLimit) {
                return false;
            }
        } while (!occupancy.compareAndSet(before, after));
        (isBulk ? bulk : urgent).add(message);
        VarHandle.fullFence();
        return true;
    }

    /**
     * Adds a message as soon as there is room, after those that wait already. What waits is bounded by its callers: a stream brings
     * no other message before this one has been added.
     *
     * @return {@link RaftCallback#TAKEN} if it has been added; else a stage that the consumer completes when it has
     */
    public CompletionStage<Void> offerWhenRoom(Message message, int bytes, MessageClass messageClass) {
        if (waiting.get() == 0 && offer(message, bytes, messageClass)) {
            return RaftCallback.TAKEN;
        }
        CompletableFuture<Void> queued = new CompletableFuture<>();
        // Said before the next look: so either that sees the room, or who makes room sees this.
        waiting.incrementAndGet();
        synchronized (held) {
            held.add(new Waiting(message, bytes, messageClass, queued));
        }
        admit();
        return queued;
    }

    /** Adds those that wait, as far as there is room. Any thread. */
    private void admit() {
        List<CompletableFuture<Void>> added = new ArrayList<>();
        synchronized (held) {
            for (Waiting next = held.peek();
                    next != null && offer(next.message, next.bytes, next.messageClass);
                    next = held.peek()) {
                held.remove();
                added.add(next.queued);
            }
        }
        waiting.addAndGet(-added.size());
        added.forEach(queued -> queued.complete(null));
    }

    /**
     * Takes the next message: the oldest urgent one, else the oldest bulk one, else null. Its room is not given back until
     * {@link #release}.
     */
    public @Nullable Message poll() {
        Message next = urgent.poll();
        if (next == null) {
            next = bulk.poll();
        }
        if (next != null) {
            polled += roomOf(DecodedSize.weight(next));
        }
        return next;
    }

    /** Gives back the room of the messages polled since the last time. */
    public void release() {
        occupancy.addAndGet(-polled);
        polled = 0;
        if (waiting.get() > 0) {
            admit();
        }
    }

    public boolean isEmpty() {
        return urgent.isEmpty() && bulk.isEmpty();
    }

    public int messages() {
        return messagesIn(occupancy.get());
    }

    /** Bytes that wait; a message above what bulk may have counts as that much. */
    public long bytes() {
        return bytesIn(occupancy.get());
    }

    /** How many messages wait for room. */
    int waiting() {
        return waiting.get();
    }

    /** What one message adds to the word. */
    private long roomOf(int bytes) {
        return (1L << COUNT_SHIFT) + Math.min(bytes, maxBulkBytes);
    }

    private static int messagesIn(long word) {
        return (int) (word >>> COUNT_SHIFT);
    }

    private static long bytesIn(long word) {
        return word & BYTES_MASK;
    }
}
