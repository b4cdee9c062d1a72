package dev.rafthttp.outbound;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.queue.SendQueue;
import dev.rafthttp.queue.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.runtime.Clock;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes one lane of one peer: takes messages from its queue, encodes them in batches, and writes these to the stream that
 * is attached now, if any; etcd's {@code streamWriter}. {@link LaneDrain} says which thread does so.
 *
 * <h2>What the lane does with messages</h2>
 *
 * <ul>
 *   <li>{@link Phase#ATTACHED}: writes them.
 *   <li>{@link Phase#CONNECTING}, from the loss of a stream to the outcome of the next dial: keeps them.
 *   <li>{@link Phase#DETACHED}: takes none, and drops those that it had, as {@link DropReason#STREAM_LOST}. A lane whose
 *       streams the peer dials, at a time of the peer's choice, is detached whenever no stream is attached.
 * </ul>
 *
 * <h2>What the lane does with failures</h2>
 *
 * Whatever is thrown while the lane is drained ends the stream, and is entered in the ledger. The rule for messages is that
 * of any stream that is lost: those that were taken from the queue are in doubt, the others wait for the next stream. Each
 * step changes the lane's state before it calls anything that may throw, so that no step fails twice.
 */
public final class StreamWriter extends LaneDrain {
    private final StreamType type;
    private final Lane lane;
    private final SendQueue queue;
    private final Clock clock;
    private final PeerLedger ledger;
    private final TransportConfig config;
    private final Phase unattached;

    // Requests, published before the token is read. Any thread.
    private final AtomicReference<@Nullable Attachment> next = new AtomicReference<>();
    private volatile boolean dialFailed;
    private volatile @Nullable Closing closing;
    private volatile boolean heartbeatDue;

    // Written by the holder of the token. Any thread may read them.
    private volatile @Nullable Attachment current;
    private volatile Phase phase;

    /** What the lane does with messages. */
    enum Phase {
        CONNECTING,
        ATTACHED,
        DETACHED
    }

    /** Why the lane takes nothing any longer. */
    private record Closing(DropReason reason, Throwable cause) {}

    /** @param dialled whether we dial the lane's streams, rather than the peer */
    public StreamWriter(
            StreamType type,
            boolean dialled,
            SendQueue queue,
            TransportConfig config,
            Clock clock,
            Drainers drainers,
            PeerLedger ledger) {
        super(type, clock, drainers);
        this.type = type;
        this.lane = type.lane();
        this.queue = queue;
        this.clock = clock;
        this.ledger = ledger;
        this.config = config;
        this.unattached = dialled ? Phase.CONNECTING : Phase.DETACHED;
        this.phase = unattached;
    }

    // Requests.

    /** Whether messages given now are kept or written, rather than dropped at once. */
    public boolean isUsable() {
        return phase != Phase.DETACHED;
    }

    /** Whether a stream is attached. */
    public boolean isAttached() {
        return phase == Phase.ATTACHED;
    }

    /** Queues a message and, if no other thread does, writes it; false if the queue is full. Never blocks. */
    public boolean offer(Message message, int bytes, MessageClass messageClass) {
        if (!queue.offer(message, bytes, messageClass)) {
            return false;
        }
        signal();
        return true;
    }

    /** Queues a message as soon as there is room, as {@link #offer}; the stage says when. */
    public CompletionStage<Void> offerWhenRoom(Message message, int bytes, MessageClass messageClass) {
        CompletionStage<Void> queued = queue.offerWhenRoom(message, bytes, messageClass);
        signal();
        return queued;
    }

    /**
     * Gives the lane a stream, in place of the one it has, which is closed first.
     *
     * @param encoder new, in its initial state
     * @param acknowledged whether the stream's other end acknowledges, and falls silent only when it is dead
     */
    public OutboundStream attach(StreamSink sink, FrameEncoder encoder, boolean acknowledged) {
        OutboundStream stream = new OutboundStream(this, type, ledger, config, clock, sink, encoder, acknowledged);
        Attachment attachment = new Attachment(stream);
        Attachment never = next.getAndSet(attachment);
        if (never != null) {
            never.stream.close(replaced());
        }
        Attachment old = current;
        // If the new one still waits, what was current is older; otherwise it may be the new one, or a still newer one.
        if (old != null && next.get() == attachment) {
            old.stream.close(replaced());
        }
        signal();
        return stream;
    }

    private static Throwable replaced() {
        return new PeerUnreachableException("replaced by a newer stream of the same kind");
    }

    /** Says that a stream could not be opened. If none is attached, the lane is detached until one is. */
    public void dialFailed() {
        dialFailed = true;
        signal();
    }

    /** Ends the stream that is attached, or about to be, if there is one. */
    public void detach(Throwable cause) {
        Attachment waiting = next.get();
        Attachment last = waiting == null ? current : waiting;
        if (last != null) {
            last.stream.close(cause);
        }
    }

    /** Ends the stream and drops what is queued, now and from now on. */
    public void close(DropReason reason, Throwable cause) {
        closing = new Closing(reason, cause);
        Attachment never = next.getAndSet(null);
        if (never != null) {
            never.stream.close(cause);
        }
        Attachment last = current;
        if (last != null) {
            last.stream.close(cause);
        }
        signal();
    }

    /**
     * To be called a few times per heartbeat interval: writes a link heartbeat if one is due, closes a silent stream.
     *
     * @param mayCut false if this process has just paused, so that a silence need not be the peer's
     */
    public void tick(boolean mayCut) {
        Attachment attached = current;
        if (attached == null || phase != Phase.ATTACHED) {
            return;
        }
        OutboundStream stream = attached.stream;
        long now = clock.nanoTime();
        Optional<Throwable> death = mayCut ? stream.deathBy(now) : Optional.empty();
        if (death.isPresent()) {
            stream.close(death.get());
        } else if (isSilentFor(stream.heartbeatNanos(), now)) {
            heartbeatDue = true;
            signal();
        }
    }

    /** The lane at this moment. */
    public LaneStatus status() {
        return ledger.status(lane, isAttached(), queue.messages(), queue.bytes());
    }

    @Override
    boolean hasWork() {
        Attachment attached = current;
        if (next.get() != null || dialFailed) {
            return true;
        }
        if (attached != null && (heartbeatDue || attached.stream.closeCause() != null)) {
            return true;
        }
        if (closing != null && (attached != null || phase != Phase.DETACHED)) {
            return true;
        }
        return phase != Phase.CONNECTING && !queue.isEmpty();
    }

    // The drain: queue, encode, write.

    @Override
    boolean mayWrite() {
        return current != null;
    }

    @Override
    boolean prepare() {
        Attachment attached = settle();
        return attached != null && attached.prepare();
    }

    @Override
    boolean write() {
        return Objects.requireNonNull(current).write();
    }

    /** A stream, and the batch of frames that is being written to it. Belongs to the holder of the token. */
    private final class Attachment {
        private final OutboundStream stream;
        private final FrameBuffer buffer = new FrameBuffer();
        private @Nullable ByteBuffer piece;
        private long startNanos;
        private int messages;
        private int msgApps;

        Attachment(OutboundStream stream) {
            this.stream = stream;
        }

        /** Has something in {@link #piece}, perhaps from before the drain was handed over; false if there is nothing. */
        boolean prepare() {
            if (piece != null) {
                return true;
            }
            piece = buffer.next();
            if (piece == null) {
                finish();
                fill();
                piece = buffer.next();
            }
            return piece != null;
        }

        private void finish() {
            if (buffer.size() > 0) {
                long now = clock.nanoTime();
                wrote(now);
                ledger.written(now - startNanos, msgApps);
                stream.account().written(messages);
                messages = 0;
                msgApps = 0;
                buffer.clear();
            }
        }

        private void fill() {
            boolean isHeartbeatDue = heartbeatDue;
            heartbeatDue = false;
            try {
                encodeQueued();
            } finally {
                // Also those whose encoding failed: they have left the queue, and are in doubt.
                if (messages > 0) {
                    queue.release();
                    stream.account().sent(messages);
                }
            }
            if (messages == 0 && isHeartbeatDue) {
                startNanos = clock.nanoTime();
                stream.encoder().encodeLinkHeartbeat(buffer);
                stream.account().linkHeartbeatSent(startNanos);
            }
        }

        private void encodeQueued() {
            FrameEncoder encoder = stream.encoder();
            while (!buffer.isFull() && stream.closeCause() == null) {
                Message message = queue.poll();
                if (message == null) {
                    return;
                }
                if (messages++ == 0) {
                    startNanos = clock.nanoTime();
                }
                if (message.getType() == MessageType.MsgApp) {
                    msgApps++;
                }
                ledger.sent(lane, message.getType(), message.getSerializedSize());
                encoder.encode(message, buffer);
            }
        }

        boolean write() {
            ByteBuffer out = Objects.requireNonNull(piece);
            piece = null;
            return stream.write(out);
        }

        /** The stream has ended. */
        void end() {
            try {
                if (!stream.hasWriteFailed() && piece == null && buffer.next() == null) {
                    finish();
                }
            } finally {
                ledger.unwritten(msgApps);
                ledger.inDoubt(lane, stream.account().end());
            }
        }
    }

    // The phases.

    /** Brings the lane's phase up to date with what other threads requested; returns the open stream, if there is one. */
    private @Nullable Attachment settle() {
        Attachment attached = current == null ? adoptNext() : current;
        Throwable cause = endOf(attached);
        while (attached != null && cause != null) {
            lose(attached, cause);
            attached = adoptNext();
            cause = endOf(attached);
        }
        if (dialFailed) {
            dialFailed = false;
            if (attached == null) {
                phase = Phase.DETACHED;
            }
        }
        Closing end = closing;
        if (end != null) {
            phase = Phase.DETACHED;
        }
        if (phase == Phase.DETACHED) {
            dropQueued(end == null ? DropReason.STREAM_LOST : end.reason);
        }
        return attached;
    }

    /**
     * Why the current stream is at its end; null if it is not. {@link #attach} and {@link #close} end the stream that they
     * find; this ends the one that became current while they looked.
     */
    private @Nullable Throwable endOf(@Nullable Attachment attached) {
        if (attached == null) {
            return null;
        }
        Closing end = closing;
        if (end != null) {
            attached.stream.end(end.cause);
        } else if (next.get() != null) {
            attached.stream.end(replaced());
        }
        return attached.stream.closeCause();
    }

    private void lose(Attachment lost, Throwable cause) {
        current = null;
        phase = unattached;
        try {
            lost.end();
        } finally {
            ledger.detached(type, cause);
        }
    }

    private @Nullable Attachment adoptNext() {
        Attachment attached = next.getAndSet(null);
        if (attached != null) {
            current = attached;
            phase = Phase.ATTACHED;
            heartbeatDue = false;
            attached.stream.opened();
            ledger.attached(type);
        }
        return attached;
    }

    private void dropQueued(DropReason reason) {
        for (Message message = queue.poll(); message != null; message = queue.poll()) {
            queue.release();
            ledger.dropped(lane, message, reason);
        }
    }

    // Failures.

    @Override
    void failed(Throwable failure) {
        Attachment attached = current;
        try {
            if (attached != null) {
                attached.stream.end(failure);
            }
        } catch (RuntimeException | Error e) {
            // It has ended all the same. The caller must get on to free the token.
            suppress(e, failure);
        }
        notHandedOver(failure);
    }

    @Override
    void notHandedOver(Throwable failure) {
        try {
            ledger.failed(type, failure);
        } catch (RuntimeException | Error e) {
            // To log takes memory and stack, which may be what is missing. The lane must go on all the same.
            suppress(e, failure);
        }
    }

    @SuppressWarnings("ReferenceEquality") // One and the same is meant.
    private static void suppress(Throwable second, Throwable first) {
        // The JVM throws one and the same OutOfMemoryError again when there is no memory for another.
        if (second != first) {
            first.addSuppressed(second);
        }
    }

    @Override
    public String toString() {
        Attachment attached = current;
        return lane.label() + " lane, " + phase + ", " + queue.messages() + " messages waiting"
                + (attached == null ? "" : ", " + attached.stream);
    }
}
