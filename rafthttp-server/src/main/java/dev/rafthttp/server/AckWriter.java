package dev.rafthttp.server;

import dev.rafthttp.TransportConfig;
import dev.rafthttp.peer.Scheduler;
import dev.rafthttp.peer.StreamReceiver;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the return path of one push stream: how many messages have been taken from it, again and again.
 *
 * <p>Nothing waits to be written but "a count is due"; which count is decided when there is room for it, so a sender that
 * does not read holds up nothing and costs nothing. Nothing blocks.
 *
 * <h2>Who writes</h2>
 *
 * The reader of the stream after a link heartbeat, the ticker, and the container when there is room again. A servlet's output
 * is for one thread at a time, so each of them adds to {@link #calls}, and whoever took it from zero acts for all, until it is
 * zero again. While the reader is held up by Raft the container does not report room either; the ticker then finds it.
 */
final class AckWriter implements WriteListener {
    private static final Logger LOG = LoggerFactory.getLogger(AckWriter.class);

    /** Link heartbeats that are answered one by one; what goes beyond them in one flood is answered by the last. */
    private static final int MAX_ACKS = 16;

    private final ServletOutputStream out;
    private final StreamReceiver receiver;
    private final Scheduler clock;
    private final long tickNanos;
    private final long flowingNanos;
    private final long idleNanos;
    private final Consumer<IOException> onBroken;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile @Nullable Runnable finale;

    // Owned by whoever took calls from zero.
    private final ByteBuffer acks = ByteBuffer.allocate(MAX_ACKS * Long.BYTES);
    private long writtenNanos;
    private long writtenDelivered;
    private long answeredHeartbeats;
    private boolean broken;
    private boolean over;

    /**
     * @param tickNanos how often {@link #tick} is called
     * @param onBroken told that the sender cannot be answered any more
     */
    AckWriter(
            ServletOutputStream out,
            StreamReceiver receiver,
            TransportConfig config,
            Scheduler clock,
            long tickNanos,
            Consumer<IOException> onBroken) {
        this.out = out;
        this.receiver = receiver;
        this.clock = clock;
        this.tickNanos = tickNanos;
        this.flowingNanos = config.ackInterval().toNanos();
        this.idleNanos = config.ackIdleInterval().toNanos();
        this.onBroken = onBroken;
        this.writtenNanos = clock.nanoTime();
    }

    /** Begins to write. The answer's head must have been flushed. */
    void start() {
        out.setWriteListener(this);
    }

    /** Acknowledges what is due. Any thread; does not block. */
    void tick() {
        if (calls.getAndIncrement() != 0) {
            return;
        }
        int answered = 1;
        do {
            try {
                act();
            } catch (RuntimeException | Error e) {
                // Nothing may leave with calls taken, or nobody would act any more.
                LOG.error(
                        "the stream from peer {} was not ended cleanly",
                        receiver.peer().id(),
                        e);
            }
            answered = calls.addAndGet(-answered);
        } while (answered != 0);
    }

    @Override
    public void onWritePossible() {
        tick();
    }

    @Override
    public void onError(Throwable cause) {
        onBroken.accept(cause instanceof IOException io ? io : new IOException("the answer cannot be written", cause));
    }

    /**
     * Acknowledges the rest, if there is room, and ends the answer. Nothing touches the servlet's output afterwards, which
     * the container may give to the next request.
     *
     * @param complete ends the answer
     */
    void finish(Runnable complete) {
        finale = complete;
        tick();
    }

    private void act() {
        if (over) {
            return;
        }
        Runnable complete = finale;
        if (!broken) {
            try {
                writeDue(complete != null);
            } catch (IOException e) {
                broken = true;
                onBroken.accept(e);
            } catch (RuntimeException | Error e) {
                broken = true;
                onBroken.accept(new IOException("the answer cannot be written: " + e, e));
            }
        }
        if (complete != null) {
            over = true;
            complete.run();
        }
    }

    private void writeDue(boolean last) throws IOException {
        if (!isDue(last) || !out.isReady()) {
            return;
        }
        // Heartbeats before messages: the answer to a heartbeat counts at least what came before it.
        long heartbeats = receiver.linkHeartbeats();
        long delivered = receiver.delivered();
        long count = Math.max(1, Math.min(heartbeats - answeredHeartbeats, MAX_ACKS));
        acks.clear();
        for (int i = 0; i < count; i++) {
            acks.putLong(delivered);
        }
        out.write(acks.flip());
        answeredHeartbeats = heartbeats;
        writtenDelivered = delivered;
        writtenNanos = clock.nanoTime();
    }

    private boolean isDue(boolean last) {
        boolean news = receiver.delivered() != writtenDelivered;
        long silenceAtNextTick = clock.nanoTime() - writtenNanos + tickNanos;
        return receiver.linkHeartbeats() != answeredHeartbeats
                || silenceAtNextTick > (news ? flowingNanos : idleNanos)
                || last && news;
    }
}
