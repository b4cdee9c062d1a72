package dev.rafthttp.peer;

import dev.rafthttp.raftpb.Message;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.atomic.MpscUnboundedAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for one consumer, bounded in number and in bytes, urgent ones before bulk.
 *
 * <p>Any thread may offer; one at a time may poll. Both bounds stand in one atomic word, so that an offer costs two atomic
 * operations: the word and the queue's own.
 */
final class SendQueue {
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
    private final int maxMessages;
    private final long maxBytes;
    private final int maxBulkMessages;
    private final long maxBulkBytes;

    /** The part of a lane's traffic a message belongs to. Order is kept within a class. */
    enum MessageClass {
        URGENT,
        BULK
    }

    /**
     * @param maxMessages 1 to 2^20
     * @param maxBytes 1 to 2^39; a single message above it is taken if nothing else waits
     * @param reserveForUrgent whether bulk leaves a quarter of the bounds free
     */
    SendQueue(int maxMessages, long maxBytes, boolean reserveForUrgent) {
        this.maxMessages = maxMessages;
        this.maxBytes = maxBytes;
        this.maxBulkMessages =
                reserveForUrgent ? Math.max(1, maxMessages / BULK_DENOMINATOR * BULK_NUMERATOR) : maxMessages;
        this.maxBulkBytes = reserveForUrgent ? Math.max(1, maxBytes / BULK_DENOMINATOR * BULK_NUMERATOR) : maxBytes;
    }

    /** Adds a message, or returns false if that would break a bound. */
    boolean offer(Message message, int bytes, MessageClass messageClass) {
        boolean isBulk = messageClass == MessageClass.BULK;
        long amount = (1L << COUNT_SHIFT) + bytes;
        long after = occupancy.addAndGet(amount);
        long count = after >>> COUNT_SHIFT;
        boolean tooMany = count > (isBulk ? maxBulkMessages : maxMessages);
        boolean tooBig = (after & BYTES_MASK) > (isBulk ? maxBulkBytes : maxBytes) && count > 1;
        if (tooMany || tooBig) {
            occupancy.addAndGet(-amount);
            return false;
        }
        return (isBulk ? bulk : urgent).offer(message);
    }

    /** Takes the next message: the oldest urgent one, else the oldest bulk one, else null. Follow with {@link #release}. */
    @Nullable Message poll() {
        Message next = urgent.poll();
        return next != null ? next : bulk.poll();
    }

    /** Gives back the room of messages that were polled. */
    void release(int messages, long bytes) {
        occupancy.addAndGet(-((long) messages << COUNT_SHIFT) - bytes);
    }

    boolean isEmpty() {
        return urgent.isEmpty() && bulk.isEmpty();
    }

    int messages() {
        return (int) (occupancy.get() >>> COUNT_SHIFT);
    }

    long bytes() {
        return occupancy.get() & BYTES_MASK;
    }
}
