package dev.rafthttp.codec;

/**
 * What a decoder refuses.
 *
 * @param maxFrameBytes the largest frame and the largest message, in bytes
 */
public record FrameLimits(int maxFrameBytes) {
    /** 512 MiB, etcd's own limit of a message. */
    public static final FrameLimits DEFAULT = new FrameLimits(512 << 20);

    public FrameLimits {
        if (maxFrameBytes < 1) {
            throw new IllegalArgumentException("frame limit is " + maxFrameBytes + " bytes, not 1 or more");
        }
    }
}
