package dev.rafthttp.outbound;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.queue.SendQueue;
import dev.rafthttp.queue.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes one lane of one peer: its queue, and the stream that is attached to it now, if any; etcd's {@code streamWriter}.
 *
 * <h2>Who writes</h2>
 *
 * There is no thread per lane but a token, {@link #draining}. Whoever takes it from false to true owns everything that is not
 * declared thread-safe here, {@link OutboundStream}'s encoder and buffer included, until it gives the token back.
 *
 * <ul>
 *   <li>A sender queues its message and tries for the token. It gets it if the lane is idle, and then encodes and writes
 *       itself, unless it just did so for many others: no hand-off, the lowest latency.
 *   <li>While a write is under way the token stays taken, and senders only queue. The write's completion goes on with the
 *       drain, so batches form exactly when the network is the slow part.
 *   <li>On loopback and fast networks the network never is. A lane that was idle a moment ago only is therefore drained by
 *       the {@link Drainers} ({@link #BUSY_WITHIN_NANOS}): one wake-up, during which messages gather, instead of one write a message.
 *   <li>A sender, or whoever else asks something of the lane, writes at most {@link #SENDER_BATCHES} before the drainers take
 *       over.
 * </ul>
 *
 * Nobody's request is lost between the last look of one owner and the next. Whoever wants something says so first, in the
 * queue (whose offer ends with a full fence, see {@link SendQueue}) or in a volatile field, and then reads the token; the owner
 * frees the token and then looks at the queue and those fields. So either the one sees a free token and takes it, or the other
 * sees what is wanted and takes it back. What only owners write ({@link #current}, {@link #phase}) may have changed by the time
 * the former owner looks: then there is a new owner, who looks again after it.
 *
 * <h2>What the lane does with messages</h2>
 *
 * {@link Phase#ATTACHED}: writes them. {@link Phase#CONNECTING}, from the loss of a stream to the outcome of the next dial:
 * keeps them. {@link Phase#DETACHED}: takes none, and drops those it had, as {@link DropReason#STREAM_LOST}. A lane whose
 * streams the peer dials, when it likes to, is detached whenever none is attached.
 *
 * <h2>What the lane does with failures</h2>
 *
 * Whatever is thrown while the lane is drained ends the stream, and is logged and counted; the token is freed all the same. The rule
 * for messages is that of any lost stream: those that were taken from the queue are in doubt, the others wait for the next one.
 * Each step of a drain changes the lane's state before it calls anything that may throw, so that no step fails twice.
 */
public final class StreamWriter {
    /** A lane that wrote less than this long ago is busy: its sender is likely to send again within a write's duration. */
    public static final long BUSY_WITHIN_NANOS = 50_000;

    /** What one sender may write at a time, of {@link FrameBuffer#isFull full} batches or pieces of a large message. */
    public static final int SENDER_BATCHES = 4;

    /** The same of another thread; then it is the next lane's turn. */
    public static final int BATCHES = 8;

    private final Lane lane;
    private final SendQueue queue;
    private final Drainers drainers;
    private final Clock clock;
    private final PeerLedger ledger;
    private final TransportConfig config;
    private final Phase unattached;

    private final AtomicBoolean draining = new AtomicBoolean();
    private final Runnable drainTask = () -> drain(BATCHES);
    private final AtomicReference<@Nullable OutboundStream> next = new AtomicReference<>();
    private volatile @Nullable OutboundStream current;
    private volatile Phase phase;
    private volatile boolean dialFailed;
    private volatile @Nullable Closing closing;
    private volatile boolean heartbeatDue;
    private volatile long lastWriteNanos;

    /** What the lane does with messages. */
    enum Phase {
        CONNECTING,
        ATTACHED,
        DETACHED
    }

    /** Why the lane takes nothing any more. */
    private record Closing(DropReason reason, Throwable cause) {}

    /** @param dialled whether we dial the lane's streams, rather than the peer */
    public StreamWriter(
            Lane lane,
            boolean dialled,
            SendQueue queue,
            TransportConfig config,
            Clock clock,
            Drainers drainers,
            PeerLedger ledger) {
        this.lane = lane;
        this.queue = queue;
        this.drainers = drainers;
        this.clock = clock;
        this.ledger = ledger;
        this.config = config;
        this.unattached = dialled ? Phase.CONNECTING : Phase.DETACHED;
        this.phase = unattached;
        this.lastWriteNanos = clock.nanoTime() - BUSY_WITHIN_NANOS;
    }

    /** Whether messages given now are kept or written, rather than dropped at once. */
    public boolean isUsable() {
        return phase != Phase.DETACHED;
    }

    /** Whether a stream is attached. */
    public boolean isAttached() {
        return phase == Phase.ATTACHED;
    }

    /** Queues a message and, if nobody else does, writes it; false if the queue is full. Never blocks. */
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
        OutboundStream stream = new OutboundStream(this, config, clock, sink, encoder, acknowledged);
        OutboundStream never = next.getAndSet(stream);
        if (never != null) {
            never.close(replaced());
        }
        OutboundStream old = current;
        // If the new one still waits, what was current is older; else it may be the new one, or a newer one yet.
        if (old != null && next.get() == stream) {
            old.close(replaced());
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

    /** Ends the stream and drops what is queued, now and from now on. */
    public void close(DropReason reason, Throwable cause) {
        closing = new Closing(reason, cause);
        OutboundStream never = next.getAndSet(null);
        if (never != null) {
            never.close(cause);
        }
        OutboundStream stream = current;
        if (stream != null) {
            stream.close(cause);
        }
        signal();
    }

    /** To be called a few times a heartbeat interval: writes a link heartbeat if it is due, cuts a stream that fell silent. */
    public void tick() {
        OutboundStream stream = current;
        if (stream == null || phase != Phase.ATTACHED) {
            return;
        }
        long now = clock.nanoTime();
        Optional<Throwable> death = stream.deathBy(now);
        if (death.isPresent()) {
            stream.close(death.get());
        } else if (now - lastWriteNanos >= stream.heartbeatNanos() && !draining.get()) {
            heartbeatDue = true;
            signal();
        }
    }

    /** Ends the stream that is attached, or about to be, if there is one. */
    public void detach(Throwable cause) {
        OutboundStream waiting = next.get();
        OutboundStream stream = waiting == null ? current : waiting;
        if (stream != null) {
            stream.close(cause);
        }
    }

    /** The lane at this moment. */
    public LaneStatus status() {
        return ledger.status(lane, isAttached(), queue.messages(), queue.bytes());
    }

    /** Asks for the lane to be looked after: by this thread, if nobody else does. */
    void signal() {
        if (!draining.get() && draining.compareAndSet(false, true)) {
            if (current == null || isForSender(clock.nanoTime()) || !handOver()) {
                drain(SENDER_BATCHES);
            }
        }
    }

    /** Gives the token to the drainers; false if they cannot take it. */
    private boolean handOver() {
        try {
            drainers.execute(lane, drainTask);
            return true;
        } catch (RuntimeException | Error e) {
            failed(e);
            return false;
        }
    }

    private boolean isForSender(long now) {
        return now - lastWriteNanos >= BUSY_WITHIN_NANOS && drainers.letSenderWrite(now);
    }

    /** Called with the token. Returns with it freed, or kept by a write under way or by the drainers. */
    void drain(int writes) {
        int left = writes;
        do {
            try {
                OutboundStream stream = settle();
                while (stream != null && stream.prepare()) {
                    if (left <= 0 && handOver()) {
                        return;
                    }
                    left--;
                    if (!stream.write()) {
                        return;
                    }
                    stream = settle();
                }
            } catch (RuntimeException | Error e) {
                endBy(e);
            }
            draining.set(false);
        } while (hasWork() && draining.compareAndSet(false, true));
    }

    private void endBy(Throwable failure) {
        OutboundStream stream = current;
        try {
            if (stream != null) {
                stream.end(failure);
            }
        } catch (RuntimeException | Error e) {
            // It has ended all the same. The caller must get on to free the token.
            suppress(e, failure);
        }
        failed(failure);
    }

    @SuppressWarnings("ReferenceEquality") // One and the same is meant.
    private static void suppress(Throwable second, Throwable first) {
        // The JVM throws one and the same OutOfMemoryError again when there is no memory for another.
        if (second != first) {
            first.addSuppressed(second);
        }
    }

    /** Something threw that must not. Any thread. */
    void failed(Throwable failure) {
        try {
            ledger.failed(lane, failure);
        } catch (RuntimeException | Error e) {
            // To log takes memory and stack, which may be what is missing. The lane must go on all the same.
            suppress(e, failure);
        }
    }

    private boolean hasWork() {
        OutboundStream stream = current;
        if (next.get() != null || dialFailed) {
            return true;
        }
        if (stream != null && (heartbeatDue || stream.closeCause() != null)) {
            return true;
        }
        if (closing != null && (stream != null || phase != Phase.DETACHED)) {
            return true;
        }
        return phase != Phase.CONNECTING && !queue.isEmpty();
    }

    /** Brings the lane's phase up to date with what other threads asked for; returns the open stream, if there is one. */
    private @Nullable OutboundStream settle() {
        OutboundStream stream = current == null ? adoptNext() : current;
        Throwable cause = endOf(stream);
        while (stream != null && cause != null) {
            lose(stream, cause);
            stream = adoptNext();
            cause = endOf(stream);
        }
        if (dialFailed) {
            dialFailed = false;
            if (stream == null) {
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
        return stream;
    }

    /**
     * Why the current stream is at its end; null if it is not. {@link #attach} and {@link #close} end the stream that they
     * find; this ends the one that became current while they looked.
     */
    private @Nullable Throwable endOf(@Nullable OutboundStream stream) {
        if (stream == null) {
            return null;
        }
        Closing end = closing;
        if (end != null) {
            stream.end(end.cause);
        } else if (next.get() != null) {
            stream.end(replaced());
        }
        return stream.closeCause();
    }

    private void lose(OutboundStream stream, Throwable cause) {
        current = null;
        phase = unattached;
        try {
            stream.settleDoubt();
        } finally {
            ledger.detached(lane, cause);
        }
    }

    private @Nullable OutboundStream adoptNext() {
        OutboundStream stream = next.getAndSet(null);
        if (stream != null) {
            current = stream;
            phase = Phase.ATTACHED;
            heartbeatDue = false;
            stream.adopted();
            ledger.attached(lane);
        }
        return stream;
    }

    // What the stream that is written needs of its lane, and tells it; by the owner of the token, but for round trips.

    SendQueue queue() {
        return queue;
    }

    PeerLedger ledger() {
        return ledger;
    }

    Lane lane() {
        return lane;
    }

    /** Whether a link heartbeat is due, which it is not any more. */
    boolean takeHeartbeat() {
        boolean due = heartbeatDue;
        heartbeatDue = false;
        return due;
    }

    /** A batch is with the operating system. */
    void wrote(long nowNanos, long tookNanos, int msgApps) {
        lastWriteNanos = nowNanos;
        drainers.wrote(nowNanos);
        ledger.written(tookNanos, msgApps);
    }

    private void dropQueued(DropReason reason) {
        for (Message message = queue.poll(); message != null; message = queue.poll()) {
            queue.release();
            ledger.dropped(lane, message, reason);
        }
    }

    @Override
    public String toString() {
        return lane.label() + " lane, " + phase + ", " + queue.messages() + " messages waiting";
    }
}
