package dev.rafthttp.ledger;

import java.util.Arrays;

/** The last round trips of a stream's link heartbeats, for their quantiles. Guarded by its own lock, taken once a heartbeat. */
final class RoundTrips {
    /** About a minute of heartbeats at the default interval. */
    private static final int KEPT = 128;

    private final long[] nanos = new long[KEPT];
    private long recorded;

    synchronized void record(long roundTripNanos) {
        nanos[(int) (recorded++ % KEPT)] = roundTripNanos;
    }

    /** The value below which the given part (0 to 1) of the round trips lies, in nanoseconds; 0 if there was none. */
    synchronized long quantile(double part) {
        int count = (int) Math.min(recorded, KEPT);
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.min(count - 1, Math.floor(part * count))];
    }
}
