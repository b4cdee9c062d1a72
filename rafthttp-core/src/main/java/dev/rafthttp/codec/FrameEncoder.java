package dev.rafthttp.codec;

import dev.rafthttp.raftpb.Message;

/**
 * Writes the frames of one outbound stream, in its format. Stateful: one instance belongs to one stream, from its first byte
 * to its last, and to the thread that writes it.
 */
public interface FrameEncoder {

    /**
     * Appends one message's frame. A message that was encoded must be written; one that may still be dropped must not be
     * encoded.
     *
     * @param message no larger than the stream's limit, which the caller has checked
     */
    void encode(Message message, FrameBuffer out);

    /** Appends a link heartbeat. */
    void encodeLinkHeartbeat(FrameBuffer out);
}
