package dev.rafthttp.inbound;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.Lane;
import dev.rafthttp.NoRoomException;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.StreamType;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.Clock;
import dev.rafthttp.runtime.Failures;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Reads one stream from a peer: decodes what arrives and gives it to Raft in order; etcd's {@code streamReader}, without the
 * dialling.
 *
 * <p>Bytes come by one thread at a time. While Raft has a message that it has not taken yet, {@link #receive} takes no more, and
 * the caller reads no more; nothing blocks. All streams that a peer ever opens for a lane share one {@link Turn}, so that a stream
 * that replaces another waits for the message that the other is still giving to Raft, and not even a replacement reorders the lane.
 */
public final class StreamReceiver implements FrameDecoder.FrameSink {
    private final Taker taker;
    private final PeerLedger ledger;
    private final InboundStreams streams;
    private final StreamType type;
    private final FrameDecoder decoder;
    private final InboundStream stream;
    private final Turn turn;
    private final Clock clock;
    private final long maxSilenceNanos;
    private final AtomicBoolean closed = new AtomicBoolean();

    private final AtomicReference<Told> told = new AtomicReference<>(Told.NOTHING);
    private volatile @Nullable Throwable closeCause;

    /** Takes what streams bring. */
    @FunctionalInterface
    public interface Taker {
        /**
         * Takes a message, on the thread that reads it. Must not block.
         *
         * @return {@link RaftCallback#TAKEN}, or a stage until whose completion Raft does not have it; null if it has been
         *     dropped and counted
         */
        @Nullable CompletionStage<Void> take(Lane lane, Message message, int bytes);
    }

    /** What the ledger has been told of the stream: that it is open never after that it is over, and both one after the other. */
    private enum Told {
        NOTHING,
        /** The reading thread is telling that it is open. */
        OPENING,
        /** It was closed meanwhile, which the reading thread tells next. */
        OPENING_CLOSED,
        OPEN,
        CLOSED
    }

    // Belong to the reading thread.

    /** Whether Raft is called now; so if what it throws ended the stream, too. */
    private boolean withRaft;

    /** Until whose completion Raft does not have the last message; null if Raft has it. */
    private @Nullable CompletionStage<Void> pending;

    /** Whether Raft does not have the last message yet, and with it this stream the turn. */
    private volatile boolean held;

    // Silence counts while bytes are waited for, not while Raft takes any.
    private volatile boolean receiving;
    private volatile long waitingSinceNanos;

    // Written by the reading thread, or for it by whoever completes what Raft held; any thread may read them.
    private volatile long delivered;
    private volatile long linkHeartbeats;

    /**
     * @param streams the peer's, of which this one is told to be no longer open when it closes
     * @param maxSilenceNanos how long it may be waited for a byte
     */
    public StreamReceiver(
            Taker taker,
            PeerLedger ledger,
            InboundStreams streams,
            StreamType type,
            FrameDecoder decoder,
            InboundStream stream,
            Clock clock,
            long maxSilenceNanos) {
        this.taker = taker;
        this.ledger = ledger;
        this.streams = streams;
        this.type = type;
        this.decoder = decoder;
        this.stream = stream;
        this.turn = streams.turn(type);
        this.clock = clock;
        this.maxSilenceNanos = maxSilenceNanos;
        this.waitingSinceNanos = clock.nanoTime();
    }

    /**
     * Takes the next bytes of the stream, and gives every message that is whole with them to Raft; or as many as Raft takes at once.
     *
     * @return whether all was taken, and the next bytes may come; false: those that {@code in} has left, if any, must come again
     *     first, after {@link InboundStream#resume}
     * @throws CorruptFrameException if the bytes are no frames
     * @throws FrameTooLargeException if a frame is announced above the limit, or would be when it is decoded
     * @throws NoRoomException if all that is being received leaves no room for the frame
     * @throws PeerUnreachableException if the stream has been closed
     */
    public boolean receive(ByteBuffer in) {
        receiving = true;
        begin();
        failIfClosed();
        if (held || !turn.take(this)) {
            return false;
        }
        try {
            decode(in);
        } finally {
            if (pending == null) {
                turn.giveBack();
            }
        }
        if (pending != null) {
            hold(pending);
            return false;
        }
        waitingSinceNanos = clock.nanoTime();
        receiving = false;
        return true;
    }

    private void decode(ByteBuffer in) {
        try {
            decoder.decode(in, this);
        } catch (CorruptFrameException | FrameTooLargeException e) {
            ledger.corrupt(type);
            throw e;
        } catch (OutOfMemoryError e) {
            if (withRaft) {
                throw e;
            }
            throw new NoRoomException(
                    "the frame at offset " + decoder.offset() + " has no room in the heap of "
                            + Runtime.getRuntime().maxMemory() + " bytes: " + e.getMessage(),
                    e);
        }
    }

    /** Reads no more until Raft has the last message. */
    private void hold(CompletionStage<Void> stage) {
        pending = null;
        held = true;
        stage.whenComplete((taken, failure) -> release(failure));
    }

    /** Raft has the last message, or it failed so that nobody knows. Any thread, while nothing is read. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time
    private void release(@Nullable Throwable failure) {
        if (failure == null) {
            delivered++;
        }
        held = false;
        turn.giveBack();
        if (failure == null) {
            resume();
        } else {
            close(Failures.cause(failure));
        }
    }

    /** Has the reader come again with what it has left. Any thread; does not block. */
    void resume() {
        stream.resume();
    }

    /** Closes the stream if nothing has come for too long. */
    void tick(long nowNanos) {
        if (!receiving) {
            long silence = nowNanos - waitingSinceNanos;
            if (silence >= maxSilenceNanos) {
                close(new PeerUnreachableException("no byte for " + silence / 1_000_000 + " ms"));
            }
        }
    }

    /** Says that the stream is open, which else is known from its first byte. By the thread that will read. */
    public void begin() {
        if (told.get() != Told.NOTHING || !told.compareAndSet(Told.NOTHING, Told.OPENING)) {
            return;
        }
        try {
            ledger.begun(type);
        } finally {
            if (!told.compareAndSet(Told.OPENING, Told.OPEN)) {
                tellEnd(Objects.requireNonNull(closeCause));
            }
        }
    }

    /**
     * Says that the peer ended its body.
     *
     * @throws CorruptFrameException if that was within a frame
     */
    public void end() {
        if (!decoder.isAtFrameBoundary()) {
            ledger.corrupt(type);
            throw new CorruptFrameException(decoder.offset(), "the stream ends within a frame");
        }
    }

    /** Lets go of the stream: nothing more is given to Raft, but for a message that it is taking now. Any thread. */
    public void close(Throwable cause) {
        if (closed.compareAndSet(false, true)) {
            closeCause = cause;
            try {
                decoder.close();
                stream.close(cause);
            } finally {
                Told before = told.getAndUpdate(now -> now == Told.OPENING ? Told.OPENING_CLOSED : Told.CLOSED);
                if (before != Told.OPENING) {
                    tellEnd(cause);
                }
                // A reader that waits for Raft learns so that the stream is over.
                resume();
            }
        }
    }

    private void tellEnd(Throwable cause) {
        streams.closed(this);
        ledger.ended(type, cause);
    }

    /** How many messages of this stream Raft has been given, or a queue before Raft; those that were dropped do not count. */
    public long delivered() {
        return delivered;
    }

    /** How many link heartbeats have come on this stream. */
    public long linkHeartbeats() {
        return linkHeartbeats;
    }

    /** What it carries. */
    public StreamType type() {
        return type;
    }

    @Override
    // One writer at a time; and TAKEN alone means that there is nothing to wait for.
    @SuppressWarnings({"NonAtomicVolatileUpdate", "ReferenceEquality"})
    public boolean message(Message message, int encodedBytes) {
        failIfClosed();
        withRaft = true;
        CompletionStage<Void> taken = taker.take(type.lane(), message, encodedBytes);
        withRaft = false;
        if (taken == RaftCallback.TAKEN) {
            delivered++;
        } else if (taken != null) {
            pending = taken;
            return false;
        }
        return true;
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    public void linkHeartbeat() {
        failIfClosed();
        linkHeartbeats++;
    }

    void failIfClosed() {
        if (closed.get()) {
            throw new PeerUnreachableException("the stream has been closed");
        }
    }

    @Override
    public String toString() {
        return type.label() + " stream, " + delivered + " messages delivered" + (held ? ", Raft holds the next" : "")
                + (closed.get() ? ", closed" : "");
    }
}
