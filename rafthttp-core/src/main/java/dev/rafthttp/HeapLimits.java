package dev.rafthttp;

/**
 * Defaults of limits in bytes, each of which is also a share of the heap that the JVM may have: a few messages at their limit
 * must fit beside all else. While a message is collected it takes up to twice its size, and about once more where it is held.
 *
 * @param messageBytes one message, and one frame of a stream: 512 MiB, or an eighth of the heap
 * @param postBytes one posted message: 64 MiB, or a sixteenth of the heap
 * @param queueBytes what waits in one queue: 64 MiB, or a sixteenth of the heap
 * @param receiveBytes what all that is being received may take together, collected or decoded: a quarter of the heap
 */
public record HeapLimits(int messageBytes, int postBytes, int queueBytes, long receiveBytes) {
    private static final int MIB = 1 << 20;

    /** etcd's own limit of a message. */
    private static final int MOST_MESSAGE_BYTES = 512 * MIB;

    /** etcd's, since 3.6.14 and 3.7.1, of a message that comes with a database. */
    private static final int MOST_POST_BYTES = 64 * MIB;

    private static final int MOST_QUEUE_BYTES = 64 * MIB;

    private static final int MESSAGE_SHARE = 8;
    private static final int POST_SHARE = 16;
    private static final int QUEUE_SHARE = 16;
    private static final int RECEIVE_SHARE = 4;

    /** Those of this JVM. */
    public static final HeapLimits OF_JVM = of(Runtime.getRuntime().maxMemory());

    /**
     * Those of a heap.
     *
     * @param heapBytes the most that it may grow to, 1 MiB or more
     */
    public static HeapLimits of(long heapBytes) {
        return new HeapLimits(
                (int) Math.min(MOST_MESSAGE_BYTES, heapBytes / MESSAGE_SHARE),
                (int) Math.min(MOST_POST_BYTES, heapBytes / POST_SHARE),
                (int) Math.min(MOST_QUEUE_BYTES, heapBytes / QUEUE_SHARE),
                heapBytes / RECEIVE_SHARE);
    }
}
