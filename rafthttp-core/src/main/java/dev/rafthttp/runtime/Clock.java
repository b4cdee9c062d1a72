package dev.rafthttp.runtime;

import java.time.Instant;

/** Time. Everything that depends on it gets it from here. Any thread. */
public interface Clock {

    /** A monotonic clock, in nanoseconds; only differences mean anything. */
    long nanoTime();

    /** The wall clock, for what people read. */
    Instant now();
}
