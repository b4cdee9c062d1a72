package dev.rafthttp.sidecar.events;

/**
 * A place between the events of one run of the sidecar: everything up to it has been seen.
 *
 * @param number of events up to here
 * @param counted those of them that a reader which misses them is told of
 */
record EventPosition(long number, long counted) {
    /** Before the first event. */
    static final EventPosition START = new EventPosition(0, 0);

    /** Behind one more event. */
    EventPosition next(boolean isCounted) {
        return new EventPosition(number + 1, isCounted ? counted + 1 : counted);
    }

    boolean isBehind(EventPosition other) {
        return number > other.number;
    }
}
