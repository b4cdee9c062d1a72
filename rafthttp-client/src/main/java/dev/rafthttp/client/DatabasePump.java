package dev.rafthttp.client;

import dev.rafthttp.ArrivingDatabase;
import dev.rafthttp.snapshot.SnapshotDelivery;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a database from its stream into a request's body, one buffer at a time. A read of the stream may block, and
 * holds a thread, unless the stream is an {@link ArrivingDatabase}. A slow network holds none.
 *
 * <p>The thread that changes the state from {@link State#WAITING} to {@link State#READING} owns the stream and the
 * buffer, until it changes the state back.
 */
final class DatabasePump {
    private static final Logger LOG = LoggerFactory.getLogger(DatabasePump.class);

    /** The most that Jetty writes at once. */
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream database;
    private final long size;
    private final AsyncRequestContent body;
    private final SnapshotDelivery delivery;
    private final Executor executor;
    private final Consumer<IOException> broken;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    /** Bytes read so far. Owned by the thread that reads. */
    private long read;

    private volatile Runnable stopped = () -> {};

    private enum State {
        /** A piece is being written, or has not arrived, or the executor has the next read. */
        WAITING,
        READING,
        /** Nothing is read any more. */
        STOPPED
    }

    /**
     * @param size of the database, or -1 if unknown
     * @param broken called at most once, if the database cannot be read or is not of that size
     */
    DatabasePump(
            InputStream database,
            long size,
            AsyncRequestContent body,
            SnapshotDelivery delivery,
            Executor executor,
            Consumer<IOException> broken) {
        this.database = database;
        this.size = size;
        this.body = body;
        this.delivery = delivery;
        this.executor = executor;
        this.broken = broken;
    }

    /** Writes the bytes that come before the database, and then the database. */
    void start(ByteBuffer head) {
        write(head);
    }

    private void write(ByteBuffer piece) {
        int bytes = piece.remaining();
        // A write that fails ends the exchange, and the end of the exchange stops this pump.
        body.write(
                false, piece, Callback.from(Callback.InvocationType.NON_BLOCKING, () -> written(bytes), cause -> {}));
    }

    private void written(int bytes) {
        delivery.wrote(bytes);
        executor.execute(this::next);
    }

    private void next() {
        // In this state, since what arrives at once must find a pump that waits.
        if (database instanceof ArrivingDatabase arriving && !arriving.isReadable(() -> executor.execute(this::next))) {
            return;
        }
        if (!state.compareAndSet(State.WAITING, State.READING)) {
            return;
        }
        int count = -1;
        IOException failure = null;
        try {
            count = database.read(buffer);
            checkSize(count);
        } catch (IOException e) {
            failure = e;
        } catch (RuntimeException | Error e) {
            failure = new IOException("reading the database failed: " + e, e);
        }
        if (!state.compareAndSet(State.READING, State.WAITING)) {
            closeDatabase();
            stopped.run();
        } else if (failure != null) {
            broken.accept(failure);
        } else if (count < 0) {
            body.close();
        } else {
            write(ByteBuffer.wrap(buffer, 0, count));
        }
    }

    /**
     * Runs before the last piece is written. After that piece the peer would take a short database for a complete one.
     */
    private void checkSize(int count) throws IOException {
        if (count < 0 && size >= 0 && read < size) {
            throw new EOFException("the database ended after " + read + " bytes instead of " + size);
        }
        read += Math.max(count, 0);
        if (size >= 0 && read > size) {
            throw new IOException("the database has at least " + read + " bytes instead of " + size);
        }
    }

    /**
     * Reads no more, and closes the stream. If a read is under way, the close should end it. Call once.
     *
     * @param then run on a thread of the executor when the stream is closed and no read is under way
     */
    void stop(Runnable then) {
        stopped = then;
        boolean isRead = state.getAndSet(State.STOPPED) == State.READING;
        executor.execute(new Ending(isRead));
    }

    private void closeDatabase() {
        try {
            database.close();
        } catch (IOException | RuntimeException | Error e) {
            LOG.debug("the database of a snapshot was not closed cleanly", e);
        }
    }

    /**
     * Closes the stream. When Jetty's pool stops, it closes the tasks that it has not begun; the stream is then closed
     * too.
     */
    private final class Ending implements Runnable, Closeable {
        private final boolean isRead;

        Ending(boolean isRead) {
            this.isRead = isRead;
        }

        @Override
        public void run() {
            closeDatabase();
            if (!isRead) {
                stopped.run();
            }
        }

        @Override
        public void close() {
            run();
        }
    }
}
