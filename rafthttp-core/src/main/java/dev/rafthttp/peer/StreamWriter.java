package dev.rafthttp.peer;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.peer.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
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
 *       itself: no hand-off, the lowest latency.
 *   <li>While a write is under way the token stays taken, and senders only queue. The write's completion goes on with the
 *       drain, so batches form exactly when the network is the slow part.
 *   <li>On loopback and fast networks the network never is. A lane that was idle a moment ago only is therefore drained by
 *       the executor ({@link #BUSY_WITHIN_NANOS}): one wake-up, during which messages gather, instead of one write a message.
 *   <li>A sender, or whoever else asks something of the lane, writes at most {@link #SENDER_BATCHES} before the executor takes
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
 */
public final class StreamWriter {
    /** A lane that wrote less than this long ago is busy: its sender is likely to send again within a write's duration. */
    private static final long BUSY_WITHIN_NANOS = 50_000;

    /** WIRE: etcd writes one every third of the time after which the reader takes a silent stream for dead. */
    private static final int HEARTBEATS_A_READ_TIMEOUT = 3;

    /** What one sender may write at a time, of {@link FrameBuffer#isFull full} batches or pieces of a large message. */
    private static final int SENDER_BATCHES = 4;

    private final Lane lane;
    private final SendQueue queue;
    private final Executor executor;
    private final Scheduler clock;
    private final LaneAccount account;
    private final FollowerStats followerStats;
    private final RoundTrips roundTrips = new RoundTrips();
    private final PeerMetrics metrics;
    private final Listener listener;
    private final long heartbeatNanos;
    private final long timeoutNanos;
    private final long readTimeoutNanos;
    private final Phase unattached;

    private final AtomicBoolean draining = new AtomicBoolean();
    private final Runnable drainTask = () -> drain(Integer.MAX_VALUE);
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

    /** Told, by the owner of the token, what happens to the lane. Must not block. */
    interface Listener {
        void attached(Lane lane);

        void detached(Lane lane, Throwable cause);

        void dropped(Lane lane, Message message, DropReason reason);
    }

    /** @param dialled whether we dial the lane's streams, rather than the peer */
    StreamWriter(
            Lane lane,
            boolean dialled,
            SendQueue queue,
            PeerEnvironment environment,
            LaneAccount account,
            FollowerStats followerStats,
            PeerMetrics metrics,
            Listener listener) {
        this.lane = lane;
        this.queue = queue;
        this.executor = environment.executor();
        this.clock = environment.scheduler();
        this.account = account;
        this.followerStats = followerStats;
        this.metrics = metrics;
        this.listener = listener;
        this.heartbeatNanos = environment.config().linkHeartbeatInterval().toNanos();
        this.timeoutNanos = environment.config().streamTimeout().toNanos();
        this.readTimeoutNanos = environment.config().readTimeout().toNanos();
        this.unattached = dialled ? Phase.CONNECTING : Phase.DETACHED;
        this.phase = unattached;
        this.lastWriteNanos = clock.nanoTime() - BUSY_WITHIN_NANOS;
    }

    /** Whether messages given now are kept or written, rather than dropped at once. */
    boolean isUsable() {
        return phase != Phase.DETACHED;
    }

    /** Whether a stream is attached. */
    public boolean isAttached() {
        return phase == Phase.ATTACHED;
    }

    /** Queues a message and, if nobody else does, writes it; false if the queue is full. Never blocks. */
    boolean offer(Message message, int bytes, MessageClass messageClass) {
        if (!queue.offer(message, bytes, messageClass)) {
            return false;
        }
        signal();
        return true;
    }

    /** Queues a message as soon as there is room, as {@link #offer}. */
    void offerWhenRoom(Message message, int bytes, MessageClass messageClass) throws InterruptedException {
        queue.offerWhenRoom(message, bytes, messageClass);
        signal();
    }

    /**
     * Gives the lane a stream, in place of the one it has, which is closed first.
     *
     * @param encoder new, in its initial state
     * @param acknowledged whether the stream's other end acknowledges, and falls silent only when it is dead
     */
    public OutboundStream attach(StreamSink sink, FrameEncoder encoder, boolean acknowledged) {
        OutboundStream stream = new OutboundStream(sink, encoder, acknowledged);
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
    void close(DropReason reason, Throwable cause) {
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
    void tick() {
        OutboundStream stream = current;
        if (stream == null || phase != Phase.ATTACHED) {
            return;
        }
        long now = clock.nanoTime();
        Optional<Throwable> death = stream.deathBy(now);
        if (death.isPresent()) {
            stream.close(death.get());
        } else if (now - lastWriteNanos >= stream.heartbeatNanos && !draining.get()) {
            heartbeatDue = true;
            signal();
        }
    }

    /** Ends the stream that is attached, or about to be, if there is one. */
    void detach(Throwable cause) {
        OutboundStream waiting = next.get();
        OutboundStream stream = waiting == null ? current : waiting;
        if (stream != null) {
            stream.close(cause);
        }
    }

    int queuedMessages() {
        return queue.messages();
    }

    long queuedBytes() {
        return queue.bytes();
    }

    RoundTrips roundTrips() {
        return roundTrips;
    }

    private void signal() {
        if (!draining.get() && draining.compareAndSet(false, true)) {
            if (clock.nanoTime() - lastWriteNanos < BUSY_WITHIN_NANOS) {
                executor.execute(drainTask);
            } else {
                drain(SENDER_BATCHES);
            }
        }
    }

    /** Called with the token. Returns with it freed, or kept by a write under way or by the executor. */
    private void drain(int writes) {
        int left = writes;
        do {
            OutboundStream stream = settle();
            while (stream != null && stream.prepare()) {
                if (left-- == 0) {
                    executor.execute(drainTask);
                    return;
                }
                if (!stream.write()) {
                    return;
                }
                stream = settle();
            }
            draining.set(false);
        } while (hasWork() && draining.compareAndSet(false, true));
    }

    private boolean hasWork() {
        OutboundStream stream = current;
        if (next.get() != null || dialFailed) {
            return true;
        }
        if (stream != null && (heartbeatDue || stream.closeCause.get() != null)) {
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
        return stream.closeCause.get();
    }

    private void lose(OutboundStream stream, Throwable cause) {
        current = null;
        phase = unattached;
        stream.settleDoubt();
        listener.detached(lane, cause);
    }

    private @Nullable OutboundStream adoptNext() {
        OutboundStream stream = next.getAndSet(null);
        if (stream != null) {
            stream.lastAcknowledgementNanos = clock.nanoTime();
            heartbeatDue = false;
            current = stream;
            phase = Phase.ATTACHED;
            listener.attached(lane);
        }
        return stream;
    }

    private void dropQueued(DropReason reason) {
        for (Message message = queue.poll(); message != null; message = queue.poll()) {
            queue.release();
            listener.dropped(lane, message, reason);
        }
    }

    /** One stream while it is attached, or about to be: its end, its format and what is known of its other end. */
    public final class OutboundStream implements StreamSink.WriteCompletion {
        private final StreamSink sink;
        private final FrameEncoder encoder;
        private final boolean acknowledged;
        private final long heartbeatNanos;
        private final StreamAccount streamAccount;
        private final AtomicReference<@Nullable Throwable> closeCause = new AtomicReference<>();
        private volatile long lastAcknowledgementNanos = clock.nanoTime();
        private volatile long writeStartNanos;

        // Owned by the holder of the token.
        private final FrameBuffer buffer = new FrameBuffer();
        private @Nullable ByteBuffer piece;
        private long batchStartNanos;
        private int batchMessages;
        private int batchMsgApps;
        private boolean writeFailed;

        /** Whether the write under way completed before {@link StreamSink#write} returned. */
        private final AtomicReference<Write> write = new AtomicReference<>(Write.NONE);

        private enum Write {
            NONE,
            STARTED,
            UNDER_WAY,
            COMPLETED
        }

        private OutboundStream(StreamSink sink, FrameEncoder encoder, boolean acknowledged) {
            this.sink = sink;
            this.encoder = encoder;
            this.acknowledged = acknowledged;
            this.heartbeatNanos =
                    acknowledged ? StreamWriter.this.heartbeatNanos : readTimeoutNanos / HEARTBEATS_A_READ_TIMEOUT;
            this.streamAccount = new StreamAccount(account, acknowledged);
        }

        /** Ends the stream. What was written and not acknowledged is in doubt. Any thread, any number of times. */
        public void close(Throwable cause) {
            if (end(cause)) {
                signal();
            }
        }

        private boolean end(Throwable cause) {
            boolean first = closeCause.compareAndSet(null, cause);
            if (first) {
                sink.close(cause);
            }
            return first;
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
                roundTrips.record(roundTrip);
                metrics.roundTrip(lane, roundTrip);
            }
        }

        /** Why the other end must be taken for dead now, if it must. */
        private Optional<Throwable> deathBy(long now) {
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
            return !isWriting || stalled < readTimeoutNanos
                    ? Optional.empty()
                    : Optional.of(new PeerUnreachableException(
                            "a write has been under way for " + stalled / 1_000_000 + " ms"));
        }

        /** Closes the account of an ended stream. */
        private void settleDoubt() {
            if (!writeFailed && piece == null && buffer.next() == null) {
                finishBatch();
            }
            followerStats.failed(batchMsgApps);
            long doubt = streamAccount.end();
            if (doubt > 0) {
                metrics.inDoubt(lane, doubt);
            }
        }

        /** Has something to write in {@link #piece}, perhaps from before the drain was handed over; false if there is nothing. */
        private boolean prepare() {
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
                lastWriteNanos = now;
                followerStats.succeeded(now - batchStartNanos, batchMsgApps);
                streamAccount.written(batchMessages);
                batchMessages = 0;
                batchMsgApps = 0;
                buffer.clear();
            }
        }

        private void fillBatch() {
            while (!buffer.isFull() && closeCause.get() == null) {
                Message message = queue.poll();
                if (message == null) {
                    break;
                }
                if (batchMessages++ == 0) {
                    batchStartNanos = clock.nanoTime();
                }
                encode(message);
            }
            if (batchMessages > 0) {
                queue.release();
                streamAccount.sent(batchMessages);
            } else if (heartbeatDue) {
                batchStartNanos = clock.nanoTime();
                encoder.encodeLinkHeartbeat(buffer);
                streamAccount.linkHeartbeatSent(batchStartNanos);
            }
            heartbeatDue = false;
        }

        private void encode(Message message) {
            MessageType type = message.getType();
            if (type == MessageType.MsgApp) {
                batchMsgApps++;
            }
            try {
                encoder.encode(message, buffer);
            } catch (RuntimeException | OutOfMemoryError e) {
                // Half a frame may be in the buffer. The lane goes on with the next stream, the sender with its work.
                end(e);
            }
            metrics.sent(lane, type, message.getSerializedSize());
        }

        /** Writes {@link #piece}; false if the write goes on, and its completion has taken over the token. */
        private boolean write() {
            ByteBuffer out = piece;
            piece = null;
            if (!acknowledged) {
                writeStartNanos = clock.nanoTime();
            }
            write.set(Write.STARTED);
            sink.write(Objects.requireNonNull(out), this);
            return !write.compareAndSet(Write.STARTED, Write.UNDER_WAY);
        }

        @Override
        public void succeeded() {
            completed(Integer.MAX_VALUE);
        }

        @Override
        public void failed(Throwable cause) {
            writeFailed = true;
            end(cause);
            // The thread may be anybody's who closed the stream.
            completed(SENDER_BATCHES);
        }

        private void completed(int writes) {
            if (!write.compareAndSet(Write.STARTED, Write.COMPLETED)) {
                write.set(Write.NONE);
                drain(writes);
            }
        }
    }
}
