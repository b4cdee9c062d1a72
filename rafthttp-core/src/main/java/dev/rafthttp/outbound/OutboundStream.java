package dev.rafthttp.outbound;

import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.runtime.Clock;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of a lane while it is attached, or about to be: its end, its format, the batch that is being written and what is
 * known of the other end; etcd's {@code outgoingConn}. The lane's {@link StreamWriter} says who owns it, and when.
 */
public final class OutboundStream implements StreamSink.WriteCompletion {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundStream.class);

    /** WIRE: etcd writes one every third of the time after which the reader takes a silent stream for dead. */
    private static final int HEARTBEATS_A_READ_TIMEOUT = 3;

    private final StreamWriter writer;
    private final Clock clock;
    private final StreamSink sink;
    private final FrameEncoder encoder;
    private final boolean acknowledged;
    private final long heartbeatNanos;
    private final long timeoutNanos;
    private final StreamAccount streamAccount;
    private final AtomicReference<@Nullable Throwable> closeCause = new AtomicReference<>();
    private volatile long lastAcknowledgementNanos;
    private volatile long writeStartNanos;

    // Owned by the holder of the token.
    private final FrameBuffer buffer = new FrameBuffer();
    private @Nullable ByteBuffer piece;
    private long batchStartNanos;
    private int batchMessages;
    private int batchMsgApps;
    private volatile boolean writeFailed;

    /** Whether the sink could not be closed, and so need not fail the write under way. */
    private volatile boolean closeFailed;

    /** Whether the write under way completed before {@link StreamSink#write} returned. */
    private final AtomicReference<Write> write = new AtomicReference<>(Write.NONE);

    private enum Write {
        NONE,
        STARTED,
        UNDER_WAY,
        COMPLETED
    }

    /** @param acknowledged whether the other end acknowledges, and falls silent only when it is dead */
    OutboundStream(
            StreamWriter writer,
            TransportConfig config,
            Clock clock,
            StreamSink sink,
            FrameEncoder encoder,
            boolean acknowledged) {
        this.writer = writer;
        this.clock = clock;
        this.sink = sink;
        this.encoder = encoder;
        this.acknowledged = acknowledged;
        this.timeoutNanos = (acknowledged ? config.streamTimeout() : config.readTimeout()).toNanos();
        this.heartbeatNanos =
                acknowledged ? config.linkHeartbeatInterval().toNanos() : timeoutNanos / HEARTBEATS_A_READ_TIMEOUT;
        this.streamAccount = new StreamAccount(writer.ledger(), writer.lane(), acknowledged);
        this.lastAcknowledgementNanos = clock.nanoTime();
    }

    /** Ends the stream. What was written and not acknowledged is in doubt. Any thread, any number of times. */
    public void close(Throwable cause) {
        if (end(cause)) {
            writer.signal();
        }
    }

    /** Ends the stream as {@link #close}, for one who looks after the lane by himself; false if it had ended. */
    boolean end(Throwable cause) {
        boolean first = closeCause.compareAndSet(null, cause);
        if (first) {
            try {
                sink.close(cause);
            } catch (RuntimeException | Error e) {
                LOG.warn("a stream that ends was not closed cleanly", e);
                abandonWrite();
            }
        }
        return first;
    }

    /** The write under way, if there is one, may never complete; so its completion is no longer waited for. */
    private void abandonWrite() {
        writeFailed = true;
        closeFailed = true;
        if (write.compareAndSet(Write.UNDER_WAY, Write.NONE)) {
            writer.drain(StreamWriter.SENDER_BATCHES);
        }
    }

    /**
     * The other end has delivered this many messages since the stream began.
     *
     * @param total from the return path; a number that cannot be ends the stream
     */
    public void acknowledged(long total) {
        long now = clock.nanoTime();
        long roundTrip;
        try {
            roundTrip = streamAccount.acknowledged(total, now);
        } catch (PeerUnreachableException impossible) {
            close(impossible);
            return;
        }
        lastAcknowledgementNanos = now;
        if (roundTrip > 0) {
            writer.ledger().roundTrip(writer.lane(), roundTrip);
        }
    }

    /** Why the other end must be taken for dead now, if it must. */
    Optional<Throwable> deathBy(long now) {
        if (acknowledged) {
            long silence = now - lastAcknowledgementNanos;
            return silence < timeoutNanos
                    ? Optional.empty()
                    : Optional.of(
                            new PeerUnreachableException("no acknowledgement for " + silence / 1_000_000 + " ms"));
        }
        // WIRE: etcd's dialect has no return path; only a write that the other end's buffers do not take tells.
        // In this order: of the write that is under way, or of a later one, but of none before it.
        boolean isWriting = write.get() == Write.UNDER_WAY;
        long stalled = now - writeStartNanos;
        return !isWriting || stalled < timeoutNanos
                ? Optional.empty()
                : Optional.of(
                        new PeerUnreachableException("a write has been under way for " + stalled / 1_000_000 + " ms"));
    }

    /** Closes the account of an ended stream. */
    void settleDoubt() {
        try {
            if (!writeFailed && piece == null && buffer.next() == null) {
                finishBatch();
            }
        } finally {
            long inDoubt = streamAccount.end();
            writer.ledger().unwritten(batchMsgApps);
            writer.ledger().inDoubt(writer.lane(), inDoubt);
        }
    }

    /** Has something to write in {@link #piece}, perhaps from before the drain was handed over; false if there is nothing. */
    boolean prepare() {
        if (piece != null) {
            return true;
        }
        piece = buffer.next();
        if (piece != null) {
            return true;
        }
        finishBatch();
        fillBatch();
        piece = buffer.next();
        return piece != null;
    }

    private void finishBatch() {
        if (buffer.size() > 0) {
            long now = clock.nanoTime();
            writer.wrote(now, now - batchStartNanos, batchMsgApps);
            streamAccount.written(batchMessages);
            batchMessages = 0;
            batchMsgApps = 0;
            buffer.clear();
        }
    }

    private void fillBatch() {
        boolean isHeartbeatDue = writer.takeHeartbeat();
        try {
            encodeQueued();
        } finally {
            // Also of those whose encoding failed: they have left the queue, and are in doubt.
            if (batchMessages > 0) {
                writer.queue().release();
                streamAccount.sent(batchMessages);
            }
        }
        if (batchMessages == 0 && isHeartbeatDue) {
            batchStartNanos = clock.nanoTime();
            encoder.encodeLinkHeartbeat(buffer);
            streamAccount.linkHeartbeatSent(batchStartNanos);
        }
    }

    private void encodeQueued() {
        while (!buffer.isFull() && closeCause.get() == null) {
            Message message = writer.queue().poll();
            if (message == null) {
                return;
            }
            if (batchMessages++ == 0) {
                batchStartNanos = clock.nanoTime();
            }
            if (message.getType() == MessageType.MsgApp) {
                batchMsgApps++;
            }
            writer.ledger().sent(writer.lane(), message.getType(), message.getSerializedSize());
            encoder.encode(message, buffer);
        }
    }

    /** Writes {@link #piece}; false if the write goes on, and its completion has taken over the token. */
    boolean write() {
        ByteBuffer out = piece;
        piece = null;
        if (!acknowledged) {
            writeStartNanos = clock.nanoTime();
        }
        write.set(Write.STARTED);
        try {
            sink.write(Objects.requireNonNull(out), this);
        } catch (RuntimeException | Error e) {
            // Nothing is known of the write. Its completion, if it comes after all, finds none under way.
            write.set(Write.NONE);
            writeFailed = true;
            throw e;
        }
        // Said before the look at closeFailed, which is said before the look at the write: one of the two sees the
        // other.
        return !write.compareAndSet(Write.STARTED, Write.UNDER_WAY)
                || closeFailed && write.compareAndSet(Write.UNDER_WAY, Write.NONE);
    }

    @Override
    public void succeeded() {
        completed(StreamWriter.BATCHES);
    }

    @Override
    public void failed(Throwable cause) {
        writeFailed = true;
        end(cause);
        // The thread may be anybody's who closed the stream.
        completed(StreamWriter.SENDER_BATCHES);
    }

    /** Why it has ended, or is to end; null if it has not. */
    @Nullable Throwable closeCause() {
        return closeCause.get();
    }

    /** The other end has been heard of just now. */
    void adopted() {
        lastAcknowledgementNanos = clock.nanoTime();
    }

    /** How long it may be silent before a link heartbeat is due. */
    long heartbeatNanos() {
        return heartbeatNanos;
    }

    private void completed(int writes) {
        if (!write.compareAndSet(Write.STARTED, Write.COMPLETED) && write.compareAndSet(Write.UNDER_WAY, Write.NONE)) {
            writer.drain(writes);
        }
    }

    @Override
    public String toString() {
        Throwable end = closeCause.get();
        return "stream on " + sink + (end == null ? "" : ", closed: " + end);
    }
}
