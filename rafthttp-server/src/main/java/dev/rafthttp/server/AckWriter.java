package dev.rafthttp.server;

import dev.rafthttp.MemberId;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.inbound.StreamReceiver;
import dev.rafthttp.runtime.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the acknowledgements of one push stream: how many messages have been taken from it. It writes beneath the
 * servlet's own output, which would hand over to another thread.
 *
 * <p>No count is queued. The count is read when it is written, after the previous write has ended. A sender that does
 * not read its acknowledgements therefore holds up nothing and costs nothing. Nothing blocks.
 *
 * <h2>Which thread writes</h2>
 *
 * Three events may cause a write: a link heartbeat that the stream's reader has read, a tick, and the end of a write.
 * Only one thread at a time may use an answer. Each event adds to {@link #calls}. The thread that took it from zero
 * acts for all, until it is zero again.
 */
final class AckWriter implements Callback {
    private static final Logger LOG = LoggerFactory.getLogger(AckWriter.class);

    /**
     * How many link heartbeats get an acknowledgement each in one write. More than these share the last
     * acknowledgement.
     */
    private static final int MAX_ACKS = 16;

    private final Output answer;
    private final StreamReceiver receiver;
    private final MemberId peer;
    private final Clock clock;
    private final long tickNanos;
    private final long flowingNanos;
    private final long idleNanos;
    private final Consumer<IOException> onBroken;

    /** Not zero until the answer's head has been flushed, so that nothing is written before it. */
    private final AtomicInteger calls = new AtomicInteger(1);

    private volatile @Nullable Runnable finale;
    private volatile boolean writing;
    private volatile boolean broken;

    // Owned by the thread that took calls from zero.
    private final ByteBuffer acks = ByteBuffer.allocate(MAX_ACKS * Long.BYTES);
    private long writtenNanos;
    private long writtenDelivered;
    private long answeredHeartbeats;
    private boolean over;

    /** The answer's body. */
    @FunctionalInterface
    interface Output {
        /** Writes, and calls the callback once when the write has ended, possibly within the call. Does not block. */
        void write(ByteBuffer bytes, Callback ended);
    }

    /**
     * @param tickNanos how often {@link #tick} is called
     * @param onBroken called when a write has failed, so that the sender can no longer be answered
     */
    AckWriter(
            Output answer,
            StreamReceiver receiver,
            MemberId peer,
            TransportConfig config,
            Clock clock,
            long tickNanos,
            Consumer<IOException> onBroken) {
        this.answer = answer;
        this.receiver = receiver;
        this.peer = peer;
        this.clock = clock;
        this.tickNanos = tickNanos;
        this.flowingNanos = config.ackInterval().toNanos();
        this.idleNanos = config.ackIdleInterval().toNanos();
        this.onBroken = onBroken;
        this.writtenNanos = clock.nanoTime();
    }

    /** Begins to write. The answer's head must have been flushed. Call once. */
    void start() {
        act(calls.get());
    }

    /** Writes an acknowledgement if one is due. Any thread; does not block. */
    void tick() {
        if (calls.getAndIncrement() == 0) {
            act(1);
        }
    }

    @Override
    public void succeeded() {
        writing = false;
        tick();
    }

    @Override
    public void failed(Throwable cause) {
        broken = true;
        writing = false;
        try {
            onBroken.accept(
                    cause instanceof IOException io ? io : new IOException("the answer cannot be written", cause));
        } finally {
            tick();
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /**
     * Acknowledges the rest, and ends the answer. The answer is not used afterwards, because the container may reuse it
     * for the next request.
     *
     * @param complete ends the answer
     */
    void finish(Runnable complete) {
        finale = complete;
        tick();
    }

    private void act(int called) {
        int answered = called;
        do {
            try {
                act();
            } catch (RuntimeException | Error e) {
                // If the exception left this method, calls would never be zero again, and no thread would act any more.
                LOG.error("the stream from peer {} was not ended cleanly", peer, e);
            }
            answered = calls.addAndGet(-answered);
        } while (answered != 0);
    }

    private void act() {
        Runnable complete = finale;
        if (!over && !writing && !broken && isDue(complete != null)) {
            write();
        }
        if (!over && !writing && complete != null) {
            over = true;
            complete.run();
        }
    }

    private void write() {
        // Reads heartbeats before messages: the answer to a heartbeat counts at least the messages that came before it.
        long heartbeats = receiver.linkHeartbeats();
        long delivered = receiver.delivered();
        long count = Math.max(1, Math.min(heartbeats - answeredHeartbeats, MAX_ACKS));
        acks.clear();
        for (int i = 0; i < count; i++) {
            acks.putLong(delivered);
        }
        answeredHeartbeats = heartbeats;
        writtenDelivered = delivered;
        writtenNanos = clock.nanoTime();
        writing = true;
        try {
            answer.write(acks.flip(), this);
        } catch (RuntimeException | Error e) {
            // Jetty itself has ended the request, because of its connection.
            failed(e);
        }
    }

    private boolean isDue(boolean last) {
        boolean news = receiver.delivered() != writtenDelivered;
        long silenceAtNextTick = clock.nanoTime() - writtenNanos + tickNanos;
        return receiver.linkHeartbeats() != answeredHeartbeats
                || silenceAtNextTick > (news ? flowingNanos : idleNanos)
                || last && news;
    }

    @Override
    public String toString() {
        return "acknowledgements to peer " + peer + (broken ? ", broken" : writing ? ", writing" : "");
    }
}
