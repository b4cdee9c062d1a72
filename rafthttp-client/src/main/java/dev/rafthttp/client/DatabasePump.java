package dev.rafthttp.client;

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
 * Moves a database from its stream into a request's body, one buffer at a time: a thread is held while the stream is read,
 * which may block, and none while the network is slow.
 *
 * <p>The stream and the buffer belong to whoever brings the state from {@link State#WAITING} to {@link State#READING}, until
 * it brings it back.
 */
final class DatabasePump {
    private static final Logger LOG = LoggerFactory.getLogger(DatabasePump.class);

    /** As much as Jetty writes at once. */
    private static final int BUFFER_BYTES = 64 << 10;

    private final InputStream database;
    private final long size;
    private final AsyncRequestContent body;
    private final SnapshotDelivery delivery;
    private final Executor executor;
    private final Consumer<IOException> broken;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    /** Bytes read so far. Of whoever reads. */
    private long read;

    private volatile Runnable stopped = () -> {};

    private enum State {
        /** A piece is being written, or the next read is with the executor. */
        WAITING,
        READING,
        /** Nothing will be read any more. */
        STOPPED
    }

    /**
     * @param size of the database, or -1 if unknown
     * @param broken told, at most once, that the database cannot be read or is not of that size
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

    /** Writes what comes before the database, and then the database. */
    void start(ByteBuffer head) {
        write(head);
    }

    private void write(ByteBuffer piece) {
        int bytes = piece.remaining();
        // A write that fails ends the exchange, which then stops this.
        body.write(
                false, piece, Callback.from(Callback.InvocationType.NON_BLOCKING, () -> written(bytes), cause -> {}));
    }

    private void written(int bytes) {
        delivery.wrote(bytes);
        executor.execute(this::next);
    }

    private void next() {
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

    /** Before the last piece is written: after it, the peer would take what it has for the whole. */
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
     * Reads no more, and closes the stream: if it is being read just now, to end the read. Call once.
     *
     * @param then run when the stream is closed and nobody reads it, by one of the executor's threads
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
            LOG.debug("the database of a snapshot, of which nothing more is needed, was not closed cleanly", e);
        }
    }

    /** Closes the stream. Jetty's pool closes, when it stops, the tasks for which it had no thread. */
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
