package dev.rafthttp.client;

import dev.rafthttp.ArrivingDatabase;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A database whose parts arrive when a test says so. A read before that fails, as a thread would have to wait. */
final class ArrivingParts extends ArrivingDatabase {
    // Guarded by this.
    private final Queue<byte[]> parts = new ArrayDeque<>();
    private @Nullable Runnable arrived;
    private boolean ended;
    private boolean closed;

    /** Lets a part arrive, which is read as one. */
    void arrive(byte[] part) {
        synchronized (this) {
            parts.add(part);
        }
        tell();
    }

    /** Lets the end arrive. */
    void end() {
        synchronized (this) {
            ended = true;
        }
        tell();
    }

    private void tell() {
        Runnable waiting;
        synchronized (this) {
            waiting = arrived;
            arrived = null;
        }
        if (waiting != null) {
            waiting.run();
        }
    }

    /** Whether the sender has asked for more than there is. */
    synchronized boolean isAwaited() {
        return arrived != null;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public synchronized boolean isReadable(Runnable ready) {
        if (!parts.isEmpty() || ended) {
            return true;
        }
        arrived = ready;
        return false;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] target, int offset, int length) throws IOException {
        byte[] part = parts.poll();
        if (part != null) {
            System.arraycopy(part, 0, target, offset, part.length);
            return part.length;
        }
        if (ended) {
            return -1;
        }
        throw new IOException("a thread would have to wait");
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
