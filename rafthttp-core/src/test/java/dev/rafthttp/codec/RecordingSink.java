package dev.rafthttp.codec;

import dev.rafthttp.codec.FrameDecoder.FrameSink;
import dev.rafthttp.raftpb.Message;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a decoder delivers, in order. */
final class RecordingSink implements FrameSink {
    /** What stands for a link heartbeat among the frames; no frame is that small but msgappv2's. */
    static final Frame LINK_HEARTBEAT = new Frame(Message.getDefaultInstance(), 0);

    private final List<Frame> frames = new ArrayList<>();

    /**
     * One delivery.
     *
     * @param bytes what the decoder said that the frame took
     */
    record Frame(Message message, int bytes) {}

    @Override
    public void message(Message message, int encodedBytes) {
        frames.add(new Frame(message, encodedBytes));
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
                .filter(frame -> frame != LINK_HEARTBEAT)
                .map(Frame::message)
                .toList();
    }

    long linkHeartbeats() {
        return frames.stream().filter(frame -> frame == LINK_HEARTBEAT).count();
    }
}
