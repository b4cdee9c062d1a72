package dev.rafthttp.codec;

/**
 * What a decoder refuses.
 *
 * <p>The limit is of messages, in the size they have by themselves, so that whatever one member may send another with the
 * same limit takes. AppEntries is held to it as the message that it carries: its frame costs 8 bytes of length an entry, the
 * message 2 to 6.
 *
 * @param maxFrameBytes the largest message, 1 byte to 1 GiB, which an array and protobuf's own sizes can hold
 */
public record FrameLimits(int maxFrameBytes) {
    /** 512 MiB, etcd's own limit of a message. */
    public static final FrameLimits DEFAULT = new FrameLimits(512 << 20);

    private static final int MOST_BYTES = 1 << 30;

    public FrameLimits {
        if (maxFrameBytes < 1 || maxFrameBytes > MOST_BYTES) {
            throw new IllegalArgumentException("frame limit is " + maxFrameBytes + " bytes, not 1 to " + MOST_BYTES);
        }
    }
}
