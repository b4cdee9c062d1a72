package dev.rafthttp.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets a few log lines through per interval, and tells the next one how many were held back. Any thread. */
public final class LogLimiter {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final LongSupplier nanoClock;
    private final int lines;
    private final AtomicInteger used = new AtomicInteger();
    private final AtomicLong nextNanos;
    private final AtomicLong suppressed = new AtomicLong();

    /**
     * One line per interval.
     *
     * @param nanoClock as {@link System#nanoTime}
     */
    public LogLimiter(LongSupplier nanoClock) {
        this(nanoClock, 1);
    }

    /**
     * @param nanoClock as {@link System#nanoTime}
     * @param lines per interval, 1 or more
     */
    public LogLimiter(LongSupplier nanoClock, int lines) {
        this.nanoClock = nanoClock;
        this.lines = lines;
        this.nextNanos = new AtomicLong(nanoClock.getAsLong());
    }

    /** How many lines were suppressed before this one, which is to be logged; or -1, and it is not. */
    public long acquire() {
        long now = nanoClock.getAsLong();
        long next = nextNanos.get();
        if (now - next >= 0 && nextNanos.compareAndSet(next, now + INTERVAL_NANOS)) {
            used.set(1);
            return suppressed.getAndSet(0);
        }
        if (used.get() < lines && used.incrementAndGet() <= lines) {
            return suppressed.getAndSet(0);
        }
        suppressed.incrementAndGet();
        return -1;
    }
}
