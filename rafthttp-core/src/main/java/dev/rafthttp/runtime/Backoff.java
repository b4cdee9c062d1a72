package dev.rafthttp.runtime;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try: doubling from a minimum to a maximum, each time a random part between half and the
 * whole, so that members that lost each other together do not come back together. Belongs to one dialler.
 */
public final class Backoff {
    private final long minNanos;
    private final long maxNanos;
    private final RandomGenerator random;
    private long ceilingNanos;

    /**
     * @param minNanos the first pause's ceiling, in nanoseconds
     * @param maxNanos the last one's
     */
    public Backoff(long minNanos, long maxNanos, RandomGenerator random) {
        this.minNanos = minNanos;
        this.maxNanos = maxNanos;
        this.random = random;
        this.ceilingNanos = minNanos;
    }

    /** The next pause, in nanoseconds. */
    public long nextNanos() {
        long ceiling = ceilingNanos;
        ceilingNanos = ceiling < maxNanos / 2 ? ceiling * 2 : maxNanos;
        return jitter(ceiling, random);
    }

    /** Starts from the minimum again. */
    public void reset() {
        ceilingNanos = minNanos;
    }

    /** A random time between half of {@code nanos} and the whole. */
    public static long jitter(long nanos, RandomGenerator random) {
        return nanos / 2 + random.nextLong(nanos / 2 + 1);
    }
}
