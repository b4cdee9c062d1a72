package dev.rafthttp.codec;

import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Collects encoded frames until they are written. */
public final class FrameBuffer {

    /** Bytes put since the last {@link #clear} */
    public long size() {
        throw new UnsupportedOperationException();
    }

    /** Whether a batch has reached the size at which it should be written. */
    public boolean isFull() {
        throw new UnsupportedOperationException();
    }

    void putByte(int value) {
        throw new UnsupportedOperationException();
    }

    void putLong(long value) {
        throw new UnsupportedOperationException();
    }

    void putMessage(Message message, int encodedSize) {
        throw new UnsupportedOperationException();
    }

    void putEntry(Entry entry, int encodedSize) {
        throw new UnsupportedOperationException();
    }

    /** The next piece to write, in order; null when all has been taken. */
    public @Nullable ByteBuffer next() {
        throw new UnsupportedOperationException();
    }

    /** Forgets what was put; the array is used again. Only when no write of it is under way. */
    public void clear() {
        throw new UnsupportedOperationException();
    }
}
