package dev.rafthttp.sidecar.messages;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.json.MessageJson;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Messages as JSON, one object per line. */
final class JsonBatch implements MessageBatch {
    private static final int CAPACITY = 64 << 10;

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private boolean taken;

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public void add(Message message) {
        lines.writeBytes((MessageJson.print(message) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public @Nullable ByteBuffer next() {
        if (taken || lines.size() == 0) {
            return null;
        }
        taken = true;
        return ByteBuffer.wrap(lines.toByteArray());
    }

    @Override
    public void clear() {
        lines.reset();
        taken = false;
    }
}
