package dev.rafthttp.peer;

import dev.rafthttp.MemberId;
import dev.rafthttp.metrics.PeerMetrics;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells Raft that a peer is unreachable: once when an outage begins, then at most once a second for as long as messages
 * are dropped. Never on the thread that notices, which may be inside {@code send}. Any thread.
 */
final class Outage {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** In {@link #quietUntil}: no report is being held back. */
    private static final long NONE = Long.MIN_VALUE;

    private final PeerEnvironment environment;
    private final MemberId peer;
    private final PeerMetrics metrics;
    private final AtomicLong quietUntil = new AtomicLong(NONE);

    Outage(PeerEnvironment environment, MemberId peer, PeerMetrics metrics) {
        this.environment = environment;
        this.peer = peer;
        this.metrics = metrics;
    }

    /** The peer could not be reached, or a message to it was dropped. */
    void noticed() {
        long now = environment.scheduler().nanoTime();
        long until = quietUntil.get();
        if ((until == NONE || now - until >= 0) && quietUntil.compareAndSet(until, now + INTERVAL_NANOS)) {
            metrics.unreachable();
            environment.executor().execute(() -> environment.callback().reportUnreachable(peer));
        }
    }

    /** The peer can be reached again: the next failure begins a new outage. */
    void ended() {
        quietUntil.set(NONE);
    }
}
