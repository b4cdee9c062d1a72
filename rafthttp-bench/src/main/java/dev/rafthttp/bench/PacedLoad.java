package dev.rafthttp.bench;

import dev.rafthttp.raftpb.Message;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.HdrHistogram.Histogram;

/**
 * Sends messages over a link at a rate, and records how long each took to arrive. A latency above the pace also stands for
 * the messages that would have been sent meanwhile (correction for coordinated omission).
 */
final class PacedLoad {
    private static final long GIVE_UP_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final long intervalNanos;
    private final AtomicLong received = new AtomicLong();

    /** Written by the thread that reads the lane; read and reset by the sender while nothing is on its way. */
    private final Histogram histogram = new Histogram(3);

    /** @param rate messages a second, 1 or more */
    PacedLoad(int rate) {
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / rate;
    }

    /** Says so for a time, from now on. */
    static BooleanSupplier until(long nanos) {
        long end = System.nanoTime() + nanos;
        return () -> System.nanoTime() - end < 0;
    }

    /** Says so for a number of messages. */
    static BooleanSupplier times(long count) {
        long[] left = {count};
        return () -> left[0]-- > 0;
    }

    /** Takes a message from the link, on the thread that reads it. */
    void arrived(Message message) {
        histogram.recordValueWithExpectedInterval(
                Math.max(0, System.nanoTime() - MsgApps.nanosOf(message)), intervalNanos);
        received.incrementAndGet();
    }

    /**
     * Sends for as long as {@code more} says so, then waits until all have arrived.
     *
     * @param link sends one message at once
     * @throws IllegalStateException if some have not 10 s after the last was sent
     */
    Histogram run(Consumer<Message> link, LongFunction<Message> messages, BooleanSupplier more) {
        histogram.reset();
        long target = received.get();
        long due = System.nanoTime();
        while (more.getAsBoolean()) {
            due += intervalNanos;
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
            link.accept(messages.apply(System.nanoTime()));
            target++;
        }
        long end = System.nanoTime();
        while (received.get() < target) {
            if (System.nanoTime() - end > GIVE_UP_NANOS) {
                throw new IllegalStateException("LOST " + (target - received.get()) + " messages");
            }
            LockSupport.parkNanos(1_000_000);
        }
        return histogram;
    }
}
