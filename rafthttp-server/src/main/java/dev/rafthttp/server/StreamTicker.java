package dev.rafthttp.server;

import dev.rafthttp.peer.Scheduler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Looks after all open push streams in turn, on the scheduler's thread: one timer for all of them, and none while there is
 * no stream.
 */
final class StreamTicker {
    private final Scheduler scheduler;
    private final long periodNanos;
    private final Set<InboundPushStream> streams = ConcurrentHashMap.newKeySet();

    // Guarded by this.
    private boolean ticking;

    StreamTicker(Scheduler scheduler, long periodNanos) {
        this.scheduler = scheduler;
        this.periodNanos = periodNanos;
    }

    long periodNanos() {
        return periodNanos;
    }

    void add(InboundPushStream stream) {
        streams.add(stream);
        synchronized (this) {
            if (!ticking) {
                ticking = true;
                scheduler.schedule(this::tick, periodNanos);
            }
        }
    }

    void remove(InboundPushStream stream) {
        streams.remove(stream);
    }

    private void tick() {
        try {
            streams.forEach(InboundPushStream::tick);
        } finally {
            synchronized (this) {
                ticking = !streams.isEmpty();
                if (ticking) {
                    scheduler.schedule(this::tick, periodNanos);
                }
            }
        }
    }
}
