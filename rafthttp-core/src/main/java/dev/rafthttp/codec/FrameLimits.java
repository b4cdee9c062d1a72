package dev.rafthttp.codec;

import dev.rafthttp.HeapLimits;

/**
 * What a decoder refuses, and an encoder therefore does not write.
 *
 * @param maxFrameBytes the largest message in one frame, and the most that the entries of an AppEntries frame may take with
 *     their lengths: 1 byte to 1 GiB, which an array and protobuf's own sizes can hold
 */
public record FrameLimits(int maxFrameBytes) {
    /** {@link HeapLimits#messageBytes}. */
    public static final FrameLimits DEFAULT = new FrameLimits(HeapLimits.OF_JVM.messageBytes());

    private static final int MOST_BYTES = 1 << 30;

    /** What a message may become on the heap, by {@link DecodedSize}: twice the bytes of the largest frame, and 64 KiB or more. */
    public long maxDecodedBytes() {
        return Math.max(MemoryBudget.FREE_BYTES, 2L * maxFrameBytes);
    }

    public FrameLimits {
        if (maxFrameBytes < 1 || maxFrameBytes > MOST_BYTES) {
            throw new IllegalArgumentException("frame limit is " + maxFrameBytes + " bytes, not 1 to " + MOST_BYTES);
        }
    }
}
