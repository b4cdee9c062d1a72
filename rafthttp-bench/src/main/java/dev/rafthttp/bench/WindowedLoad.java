package dev.rafthttp.bench;

import dev.rafthttp.raftpb.Message;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/** Sends messages over a link as fast as they arrive, with a bounded number on the way. Belongs to the sending thread. */
final class WindowedLoad {
    /** Without a single arrival for so long, something is lost. */
    static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(100);

    /** How long to wait for room: what a pause of the shortest kind takes anyway. */
    private static final long FULL_NANOS = 20_000;

    private final Link link;
    private final LongFunction<Message> messages;
    private final AtomicLong received;
    private final long window;
    private long sent;

    /**
     * @param messages makes the next message, given the time
     * @param received how many have arrived, counted by the receiver; now, all that were sent
     * @param window how many may be on the way
     */
    WindowedLoad(Link link, LongFunction<Message> messages, AtomicLong received, long window) {
        this.link = link;
        this.messages = messages;
        this.received = received;
        this.window = window;
        this.sent = received.get();
    }

    /** Until the JIT compiler is done with the message path, which is a matter of seconds, not of messages. */
    void warmUp(long count, int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        do {
            run(Math.min(count, window * 16));
        } while (System.nanoTime() < end);
    }

    /**
     * Sends messages and waits until all have arrived.
     *
     * @return the seconds it took
     * @throws IllegalStateException as {@link #awaitAll}
     */
    double run(long count) {
        long start = System.nanoTime();
        send(count);
        awaitAll();
        return (System.nanoTime() - start) / 1e9;
    }

    /** Sends messages, each as soon as the window has room for it. */
    void send(long count) {
        long now = System.nanoTime();
        for (long i = 0; i < count; i++) {
            if (!hasRoom()) {
                awaitRoom();
            }
            link.send(messages.apply(now));
            sent++;
        }
        link.flush();
    }

    /** Whether another message may be on the way now. */
    boolean hasRoom() {
        return sent - received.get() < window;
    }

    /** Waits a little, for room or for what is on the way. */
    static void pause() {
        LockSupport.parkNanos(FULL_NANOS);
    }

    private void awaitRoom() {
        link.flush();
        failIfAny(missing(sent - window + 1));
    }

    /**
     * Waits until all that was sent has arrived.
     *
     * @throws IllegalStateException if nothing more is to be expected
     */
    void awaitAll() {
        failIfAny(missing(sent));
    }

    /** Waits as {@link #awaitAll}, but tells how many are lost, and goes on without them. */
    long awaitAllButLost() {
        long lost = missing(sent);
        sent -= lost;
        return lost;
    }

    private void failIfAny(long lost) {
        if (lost > 0) {
            throw new IllegalStateException("LOST " + lost + " of " + sent + " messages");
        }
    }

    /** How many are missing to a target when nothing more is to be expected, or all are there. */
    private long missing(long target) {
        long giveUp = System.nanoTime() + GIVE_UP_NANOS;
        while (received.get() < target && System.nanoTime() - giveUp < 0) {
            pause();
        }
        return Math.max(0, target - received.get());
    }
}
