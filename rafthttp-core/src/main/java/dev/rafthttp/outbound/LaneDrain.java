package dev.rafthttp.outbound;

import dev.rafthttp.StreamType;
import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.runtime.Clock;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Decides which thread drains a lane, and makes sure that a request is never overlooked and that a failure never stops the
 * lane. It plays the part of Jetty's {@code IteratingCallback}; a subclass says what a step is.
 *
 * <h2>Who writes</h2>
 *
 * There is no thread per lane but a token, {@link #draining}. The thread that takes it from false to true owns everything
 * of the lane that is not declared thread-safe, until it gives the token back.
 *
 * <ul>
 *   <li>A sender queues its message and tries for the token. It gets the token if the lane is idle, and then encodes and
 *       writes itself, unless it just did so for many other lanes: no hand-off, the lowest latency.
 *   <li>While a write is under way the token stays taken, and senders only queue. The end of the write continues the drain.
 *       So batches form exactly when the network is the slow part.
 *   <li>On loopback and on fast networks the network never is. A lane that was idle only a moment ago is therefore drained
 *       by the {@link Drainers} ({@link #BUSY_WITHIN_NANOS}): one wake-up, during which messages gather, instead of one
 *       write per message.
 *   <li>A thread that asks something of the lane writes at most {@link #SENDER_BATCHES}. Then the drainers take over.
 * </ul>
 *
 * <h2>Why no request is overlooked</h2>
 *
 * <ol>
 *   <li>A requester first publishes its request, in the queue (whose offer ends with a full fence) or in a volatile field.
 *       Then it reads the token.
 *   <li>The owner first frees the token. Then it reads the queue and those fields ({@link #hasWork}).
 *   <li>One of the two therefore sees the other: the requester takes the free token, or the owner takes it back.
 *   <li>What only owners write may have changed when the former owner reads it. Then there is a new owner, who reads it
 *       again after its own drain.
 * </ol>
 *
 * <h2>What happens on failures</h2>
 *
 * Whatever a step throws goes to {@link #failed}, which ends the stream. The token is freed, or the drain continues.
 */
abstract class LaneDrain {
    /** A lane that wrote less than this long ago is busy: its sender is likely to send again within a write's duration. */
    public static final long BUSY_WITHIN_NANOS = 50_000;

    /** What one sender may write at a time, of {@link FrameBuffer#isFull full} batches or pieces of a large message. */
    public static final int SENDER_BATCHES = 4;

    /** The same of another thread; then it is the next lane's turn. */
    public static final int BATCHES = 8;

    private final StreamType type;
    private final Clock clock;
    private final Drainers drainers;
    private final AtomicBoolean draining = new AtomicBoolean();
    private final Runnable drainTask = () -> drain(BATCHES);
    private volatile long lastWriteNanos;

    LaneDrain(StreamType type, Clock clock, Drainers drainers) {
        this.type = type;
        this.clock = clock;
        this.drainers = drainers;
        this.lastWriteNanos = clock.nanoTime() - BUSY_WITHIN_NANOS;
    }

    // The steps, called with the token.

    /** Does what was requested, and makes ready what is to be written next; returns false if there is nothing to write. */
    abstract boolean prepare();

    /** Writes it; returns false if the write goes on, and its end calls {@link #drain}. */
    abstract boolean write();

    /** Whether something was requested that has not been done. Called without the token. */
    abstract boolean hasWork();

    /** Whether a drain can write at all now. */
    abstract boolean mayWrite();

    /** Ends the stream because a step threw. Must not throw. */
    abstract void failed(Throwable failure);

    /** No drainer could be called: this thread drains instead, and the stream goes on. Must not throw. */
    abstract void notHandedOver(Throwable failure);

    /** Asks for the lane to be drained: by this thread, if no other does and the lane was idle. */
    final void signal() {
        if (!draining.get() && draining.compareAndSet(false, true)) {
            if (!mayWrite() || isForSender(clock.nanoTime()) || !handOver()) {
                drain(SENDER_BATCHES);
            }
        }
    }

    private boolean isForSender(long now) {
        return now - lastWriteNanos >= BUSY_WITHIN_NANOS && drainers.letSenderWrite(now);
    }

    /** Gives the token to the drainers; false if they cannot take it. */
    private boolean handOver() {
        try {
            drainers.execute(type, drainTask);
            return true;
        } catch (RuntimeException | Error e) {
            notHandedOver(e);
            return false;
        }
    }

    /**
     * Drains the lane. Called with the token; returns with it freed, or kept by a write under way or by the drainers.
     *
     * @param writes how many this thread may make
     */
    final void drain(int writes) {
        int left = writes;
        do {
            try {
                while (prepare()) {
                    if (left <= 0 && handOver()) {
                        return;
                    }
                    left--;
                    if (!write()) {
                        return;
                    }
                }
            } catch (Throwable e) {
                // Also what is neither a RuntimeException nor an Error: another language's code may throw it.
                failed(e);
            }
            draining.set(false);
        } while (hasWork() && draining.compareAndSet(false, true));
    }

    /** A batch is with the operating system. */
    final void wrote(long nowNanos) {
        lastWriteNanos = nowNanos;
        drainers.wrote(nowNanos);
    }

    /** Whether nothing is being written, and nothing was for some time. */
    final boolean isSilentFor(long nanos, long nowNanos) {
        return nowNanos - lastWriteNanos >= nanos && !draining.get();
    }
}
