package dev.rafthttp.peer;

/**
 * Tells a pause of this process from a silence of the peer. After a pause, by a garbage collection, a suspended machine or
 * a busy one, bytes wait in the socket that no thread has read yet, while the clock says that nothing came for long. A tick
 * that comes late therefore cuts nothing; the next one does, since the readers have had a period to read.
 *
 * <p>Used by one thread at a time, the scheduler's.
 */
final class TickLateness {
    /** A machine on which every tick is late must not keep dead streams for ever. */
    private static final int MOST_LATE_TICKS = 10;

    private final long periodNanos;
    private long dueNanos;
    private int lateTicks;

    /** @param nowNanos when the first tick is scheduled, a period ahead */
    TickLateness(long nowNanos, long periodNanos) {
        this.periodNanos = periodNanos;
        this.dueNanos = nowNanos + periodNanos;
    }

    long periodNanos() {
        return periodNanos;
    }

    /**
     * Notes a tick, the next of which is a period away.
     *
     * @return whether a silence that it finds is the peer's
     */
    boolean mayCut(long nowNanos) {
        boolean isLate = nowNanos - dueNanos > periodNanos;
        dueNanos = nowNanos + periodNanos;
        lateTicks = isLate ? lateTicks + 1 : 0;
        return !isLate || lateTicks > MOST_LATE_TICKS;
    }
}
