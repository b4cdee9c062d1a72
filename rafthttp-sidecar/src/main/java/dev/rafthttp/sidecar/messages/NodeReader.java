package dev.rafthttp.sidecar.messages;

import dev.rafthttp.sidecar.http.ConnectionWatch;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code GET /v1/messages}, from its head to its end: writes what waits in the inbox into the answer.
 *
 * <p>The reader has no thread of its own but a token, {@link #draining}, as a lane of the transport has: the holder owns the batch and
 * the answer. A thread that brings a message to an idle reader writes the message itself. While a write is under way, it only signals.
 * Right after a write, it leaves the message to the executor; while a thread of that wakes up, more messages gather.
 */
final class NodeReader implements Callback {
    private static final Logger LOG = LoggerFactory.getLogger(NodeReader.class);

    /** About as long as a thread needs to wake up. Writes in a shorter interval would each carry one message. */
    private static final long BUSY_WITHIN_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /** What a thread that brings messages writes before the executor takes over. */
    private static final int OWN_WRITES = 1;

    private final NodeInbox inbox;
    private final MessageBatch batch;
    private final Response answer;
    private final Callback exchange;
    private final EndPoint connection;
    private final ConnectionWatch watch;

    /** Kept, since a connection that is gone has none. */
    private final SocketAddress address;

    private final Executor executor;
    private final Runnable drainTask = () -> drain(Integer.MAX_VALUE);

    /** Taken until the answer's head has been written. */
    private final AtomicBoolean draining = new AtomicBoolean(true);

    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicReference<Write> write = new AtomicReference<>(Write.UNDER_WAY);
    private volatile long lastWriteNanos;

    // Owned by the holder of the token.
    private int batchMessages;
    private boolean broken;

    private enum Write {
        NONE,
        STARTED,
        UNDER_WAY,
        COMPLETED
    }

    /** @param hungUp given this reader when its connection is gone, on a thread that must not be blocked */
    NodeReader(
            NodeInbox inbox,
            MessageBatch batch,
            Response answer,
            Callback exchange,
            EndPoint connection,
            Executor executor,
            Consumer<NodeReader> hungUp) {
        this.inbox = inbox;
        this.batch = batch;
        this.answer = answer;
        this.exchange = exchange;
        this.connection = connection;
        this.watch = new ConnectionWatch(connection, () -> hungUp.accept(this));
        this.address = connection.getRemoteSocketAddress();
        this.executor = executor;
        this.lastWriteNanos = System.nanoTime();
    }

    /** Sends the answer's head, and then whatever comes. */
    void open() {
        answer.write(false, BufferUtil.EMPTY_BUFFER, this);
        watch.start();
    }

    /** Something waits. Called on the thread that brought it; does not block. */
    void signal() {
        if (!draining.get() && draining.compareAndSet(false, true)) {
            if (System.nanoTime() - lastWriteNanos < BUSY_WITHIN_NANOS) {
                executor.execute(drainTask);
            } else {
                drain(OWN_WRITES);
            }
        }
    }

    /** Ends the answer: properly, unless something is being written that the reader does not take. Any thread. */
    void close() {
        if (closed.compareAndSet(false, true)) {
            if (write.get() == Write.UNDER_WAY) {
                connection.close();
            }
            signal();
        }
    }

    /** Whether it has written all that it took. */
    boolean isIdle() {
        return !draining.get();
    }

    /** Called with the token. Returns with it freed, or kept by a write under way, the executor or, at the end, for good. */
    private void drain(int writes) {
        int left = writes;
        do {
            ByteBuffer piece = prepare();
            while (piece != null) {
                if (!write(piece)) {
                    return;
                }
                lastWriteNanos = System.nanoTime();
                if (--left == 0) {
                    executor.execute(drainTask);
                    return;
                }
                piece = prepare();
            }
            if (closed.get()) {
                finish();
                return;
            }
            draining.set(false);
        } while ((closed.get() || !inbox.isEmpty()) && draining.compareAndSet(false, true));
    }

    /** What to write next; null if there is nothing, or the reader is to end. */
    private @Nullable ByteBuffer prepare() {
        ByteBuffer piece = broken ? null : batch.next();
        if (piece == null && !closed.get()) {
            batch.clear();
            batchMessages = inbox.take(batch);
            piece = batch.next();
        }
        return piece;
    }

    /** Writes a piece; false if the write goes on, and its completion has taken over the token. */
    private boolean write(ByteBuffer piece) {
        write.set(Write.STARTED);
        answer.write(false, piece, this);
        if (!write.compareAndSet(Write.STARTED, Write.UNDER_WAY)) {
            return true;
        }
        if (closed.get()) {
            connection.close();
        }
        return false;
    }

    @Override
    public void succeeded() {
        completed();
    }

    @Override
    public void failed(Throwable cause) {
        broken = true;
        closed.set(true);
        LOG.debug("the reader at {} went away", address, cause);
        completed();
    }

    private void completed() {
        if (!write.compareAndSet(Write.STARTED, Write.COMPLETED)) {
            write.set(Write.NONE);
            lastWriteNanos = System.nanoTime();
            drain(Integer.MAX_VALUE);
        }
    }

    private void finish() {
        if (broken) {
            inbox.doubted(batchMessages);
        }
        LOG.info("reader at {} {}", address, broken ? "went away" : "ended");
        watch.stop();
        exchange.succeeded();
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }
}
