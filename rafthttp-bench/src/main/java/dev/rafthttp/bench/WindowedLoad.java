package dev.rafthttp.bench;

import dev.rafthttp.raftpb.Message;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/** Sends messages over a link as fast as they arrive, with a bounded number on the way. Belongs to the sending thread. */
final class WindowedLoad {
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(100);

    /** How long to wait for room: what a pause of the shortest kind takes anyway. */
    private static final long FULL_NANOS = 20_000;

    private final Link link;
    private final LongFunction<Message> messages;
    private final AtomicLong received;
    private final long window;

    /**
     * @param messages makes the next message, given the time
     * @param received how many have arrived, counted by the receiver
     * @param window how many may be on the way
     */
    WindowedLoad(Link link, LongFunction<Message> messages, AtomicLong received, long window) {
        this.link = link;
        this.messages = messages;
        this.received = received;
        this.window = window;
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
     * @throws IllegalStateException if some have not arrived 100 s after the last was sent
     */
    double run(long count) {
        long base = received.get();
        long start = System.nanoTime();
        for (long i = 0; i < count; i++) {
            if (i - (received.get() - base) >= window) {
                awaitRoom(base + i - window);
            }
            link.send(messages.apply(start));
        }
        link.flush();
        awaitArrival(base + count, count);
        return (System.nanoTime() - start) / 1e9;
    }

    private void awaitRoom(long arrived) {
        link.flush();
        while (received.get() <= arrived) {
            LockSupport.parkNanos(FULL_NANOS);
        }
    }

    private void awaitArrival(long target, long count) {
        long giveUp = System.nanoTime() + GIVE_UP_NANOS;
        while (received.get() < target) {
            if (System.nanoTime() - giveUp > 0) {
                throw new IllegalStateException("LOST " + (target - received.get()) + " of " + count + " messages");
            }
            LockSupport.parkNanos(FULL_NANOS);
        }
    }
}
