package dev.rafthttp.outbound;

import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.runtime.Clock;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream that this member writes, from its opening to its end: its sink, its format, the write under way, and what is
 * known of the other end; etcd's {@code outgoingConn}. The lane's {@link StreamWriter} decides what is written.
 *
 * <p>Any thread may close the stream, and enter acknowledgements. The holder of the lane's token writes.
 */
public final class OutboundStream implements StreamSink.WriteCompletion {
    private static final Logger LOG = LoggerFactory.getLogger(OutboundStream.class);

    /** WIRE: etcd writes one every third of the time after which the reader takes a silent stream for dead. */
    private static final int HEARTBEATS_PER_READ_TIMEOUT = 3;

    private final LaneDrain drain;
    private final StreamType type;
    private final PeerLedger ledger;
    private final Clock clock;
    private final StreamSink sink;
    private final FrameEncoder encoder;
    private final boolean acknowledged;
    private final long heartbeatNanos;
    private final long timeoutNanos;
    private final StreamAccount account;
    private final AtomicReference<@Nullable Throwable> closeCause = new AtomicReference<>();
    private volatile long lastAcknowledgementNanos;
    private volatile long writeStartNanos;
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

    /**
     * @param drain continues when a write has ended, and when the stream has been closed
     * @param acknowledged whether the other end acknowledges, and falls silent only when it is dead
     */
    OutboundStream(
            LaneDrain drain,
            StreamType type,
            PeerLedger ledger,
            TransportConfig config,
            Clock clock,
            StreamSink sink,
            FrameEncoder encoder,
            boolean acknowledged) {
        this.drain = drain;
        this.type = type;
        this.ledger = ledger;
        this.clock = clock;
        this.sink = sink;
        this.encoder = encoder;
        this.acknowledged = acknowledged;
        this.timeoutNanos = (acknowledged ? config.streamTimeout() : config.readTimeout()).toNanos();
        this.heartbeatNanos =
                acknowledged ? config.linkHeartbeatInterval().toNanos() : timeoutNanos / HEARTBEATS_PER_READ_TIMEOUT;
        this.account = new StreamAccount(ledger, type.lane(), acknowledged);
        this.lastAcknowledgementNanos = clock.nanoTime();
    }

    // Opened: the token's holder writes.

    /** The stream is attached from now on. The other end has been heard of just now. */
    void opened() {
        lastAcknowledgementNanos = clock.nanoTime();
    }

    /** The format, in the state that follows from what has been encoded. Belongs to the token's holder. */
    FrameEncoder encoder() {
        return encoder;
    }

    /** What was sent, and what has been confirmed. */
    StreamAccount account() {
        return account;
    }

    /** How long the stream may be silent before a link heartbeat is due. */
    long heartbeatNanos() {
        return heartbeatNanos;
    }

    /** Writes a piece; false if the write goes on, and its completion has taken over the token. */
    boolean write(ByteBuffer piece) {
        if (!acknowledged) {
            writeStartNanos = clock.nanoTime();
        }
        write.set(Write.STARTED);
        boolean started = false;
        try {
            sink.write(piece, this);
            started = true;
        } finally {
            if (!started) {
                // Nothing is known of the write. Its completion, if it comes after all, finds none under way.
                write.set(Write.NONE);
                writeFailed = true;
            }
        }
        // This thread first writes the state of the write, then reads closeFailed. A thread whose close failed first
        // writes closeFailed, then reads the state. One of the two therefore sees the other.
        return !write.compareAndSet(Write.STARTED, Write.UNDER_WAY)
                || closeFailed && write.compareAndSet(Write.UNDER_WAY, Write.NONE);
    }

    /** Whether a write has failed, so that nobody knows how much of the last batch the other end has. */
    boolean hasWriteFailed() {
        return writeFailed;
    }

    @Override
    public void succeeded() {
        completed(LaneDrain.BATCHES);
    }

    @Override
    public void failed(Throwable cause) {
        writeFailed = true;
        end(cause);
        // The thread may be any that closed the stream.
        completed(LaneDrain.SENDER_BATCHES);
    }

    private void completed(int writes) {
        if (!write.compareAndSet(Write.STARTED, Write.COMPLETED) && write.compareAndSet(Write.UNDER_WAY, Write.NONE)) {
            drain.drain(writes);
        }
    }

    // Acknowledged, or not: what is known of the other end.

    /**
     * The other end has delivered this many messages since the stream began.
     *
     * @param total from the return path; a number that cannot be ends the stream
     */
    public void acknowledged(long total) {
        long now = clock.nanoTime();
        long roundTrip;
        try {
            roundTrip = account.acknowledged(total, now);
        } catch (PeerUnreachableException impossible) {
            close(impossible);
            return;
        }
        lastAcknowledgementNanos = now;
        if (roundTrip > 0) {
            ledger.roundTrip(type, roundTrip);
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
        // WIRE: etcd's dialect has no return path. Only a write that the other end's buffers do not take tells.
        // Reads in this order, so that the start is of the write under way or of a later one, never of an earlier one.
        boolean isWriting = write.get() == Write.UNDER_WAY;
        long stalled = now - writeStartNanos;
        return !isWriting || stalled < timeoutNanos
                ? Optional.empty()
                : Optional.of(
                        new PeerUnreachableException("a write has been under way for " + stalled / 1_000_000 + " ms"));
    }

    // Ended.

    /** Ends the stream. What was written and not acknowledged is in doubt. Any thread, any number of times. */
    public void close(Throwable cause) {
        if (end(cause)) {
            drain.signal();
        }
    }

    /** Ends the stream as {@link #close}, for a caller that looks after the lane itself; false if it had ended. */
    boolean end(Throwable cause) {
        boolean first = closeCause.compareAndSet(null, cause);
        if (first) {
            try {
                sink.close(cause);
            } catch (Throwable e) {
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
            drain.drain(LaneDrain.SENDER_BATCHES);
        }
    }

    /** Why the stream has ended, or is to end; null if it has not. */
    @Nullable Throwable closeCause() {
        return closeCause.get();
    }

    @Override
    public String toString() {
        Throwable end = closeCause.get();
        return type.label() + " stream on " + sink + ", write " + write.get() + (end == null ? "" : ", closed: " + end);
    }
}
