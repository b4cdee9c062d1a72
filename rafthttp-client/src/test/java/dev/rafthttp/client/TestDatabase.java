package dev.rafthttp.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** A database of zeros that ends, fails or blocks after so many bytes, and knows whether it was closed. */
final class TestDatabase extends InputStream {
    private final long size;
    private final @Nullable Exception failure;
    private final boolean blocks;
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long position;

    private TestDatabase(long size, @Nullable Exception failure, boolean blocks) {
        this.size = size;
        this.failure = failure;
        this.blocks = blocks;
    }

    static TestDatabase of(long size) {
        return new TestDatabase(size, null, false);
    }

    static TestDatabase endless() {
        return of(Long.MAX_VALUE);
    }

    static TestDatabase failing(long size, Exception failure) {
        return new TestDatabase(size, failure, false);
    }

    /** One whose reader waits, after so many bytes, until it is closed. */
    static TestDatabase blocking(long size) {
        return new TestDatabase(size, null, true);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : 0;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        if (position == size) {
            return end();
        }
        int count = (int) Math.min(length, size - position);
        position = position + count;
        return count;
    }

    private int end() throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (blocks) {
            blocked.countDown();
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IOException("closed");
        }
        return -1;
    }

    long position() {
        return position;
    }

    boolean isBlocked() {
        return blocked.getCount() == 0;
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
