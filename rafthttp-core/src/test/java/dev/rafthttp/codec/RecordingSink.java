package dev.rafthttp.codec;

import dev.rafthttp.codec.FrameDecoder.FrameSink;
import dev.rafthttp.raftpb.Message;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a decoder delivers, in order. */
final class RecordingSink implements FrameSink {
    /** Stands for a link heartbeat among the frames. */
    private static final Frame LINK_HEARTBEAT = new Frame(Message.getDefaultInstance(), 0);

    private final List<Frame> frames = new ArrayList<>();

    /**
     * One delivery.
     *
     * @param bytes what the decoder said that the frame took
     */
    record Frame(Message message, int bytes) {

        boolean isLinkHeartbeat() {
            return bytes == 0;
        }
    }

    @Override
    public boolean message(Message message, int encodedBytes) {
        frames.add(new Frame(message, encodedBytes));
        return true;
    }

    @Override
    public void linkHeartbeat() {
        frames.add(LINK_HEARTBEAT);
    }

    List<Frame> frames() {
        return frames;
    }

    List<Message> messages() {
        return frames.stream()
                .filter(frame -> !frame.isLinkHeartbeat())
                .map(Frame::message)
                .toList();
    }

    long linkHeartbeats() {
        return frames.stream().filter(Frame::isLinkHeartbeat).count();
    }
}
