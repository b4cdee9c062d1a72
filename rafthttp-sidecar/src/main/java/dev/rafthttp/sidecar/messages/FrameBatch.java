package dev.rafthttp.sidecar.messages;

import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.raftpb.Message;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Messages as frames of the message stream: u64 length, Message. */
public final class FrameBatch implements MessageBatch {
    public static final String CONTENT_TYPE = "application/octet-stream";

    /** One array of the buffer, and so one write. */
    private static final int CAPACITY = 60 << 10;

    private final MessageEncoder encoder = new MessageEncoder();
    private final FrameBuffer buffer = new FrameBuffer();

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public void add(Message message) {
        encoder.encode(message, buffer);
    }

    @Override
    public @Nullable ByteBuffer next() {
        return buffer.next();
    }

    @Override
    public void clear() {
        buffer.clear();
    }
}
