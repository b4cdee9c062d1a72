package dev.rafthttp.codec;

import dev.rafthttp.raftpb.Message;
import java.nio.ByteBuffer;

/**
 * Reads the frames of one inbound stream, in its format, from bytes cut anywhere. Stateful: one instance belongs to one
 * stream, and to the thread that reads it.
 */
public interface FrameDecoder extends AutoCloseable {

    /**
     * Consumes the bytes of {@code in}, and gives each message to {@code out} as soon as its last byte is there. It consumes all
     * of them, unless {@code out} wants no more for now: then those up to the end of that message's frame.
     *
     * <p>Afterwards the decoder keeps nothing of what it consumed. What it holds between calls is bounded by the bytes that have
     * arrived, not by what a length announces.
     *
     * @throws dev.rafthttp.FrameTooLargeException if a length is above the limit, as soon as the length is there; or what a message
     *     would become, before it does
     * @throws dev.rafthttp.NoRoomException if there is no room in the budget for what is collected or decoded
     * @throws dev.rafthttp.CorruptFrameException if the bytes are no frame. Its offset is that of the frame's type if that is
     *     unknown, and otherwise where the protobuf parser stopped: within the field that is at fault, or right behind it.
     *     After either exception, as after one from {@code out}, the decoder must not be used again
     */
    void decode(ByteBuffer in, FrameSink out);

    /** Whether the stream may end here: no frame has begun that is not whole. */
    boolean isAtFrameBoundary();

    /** Bytes consumed so far; for a sink, up to the end of the frame that it is given. */
    long offset();

    /** Gives back what it has taken of its budget. Any thread, also while another decodes. */
    @Override
    void close();

    /** Where decoded frames go. */
    interface FrameSink {
        /**
         * Takes a message.
         *
         * @param encodedBytes the size of its frame on the wire
         * @return whether to go on; false: nothing more is decoded in this call
         */
        boolean message(Message message, int encodedBytes);

        /** Takes a link heartbeat. */
        void linkHeartbeat();
    }
}
