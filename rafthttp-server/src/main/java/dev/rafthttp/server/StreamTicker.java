package dev.rafthttp.server;

import dev.rafthttp.runtime.Scheduler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ticks all open push streams in turn, on the scheduler's thread. One timer serves all of them, and none runs while
 * there is no stream.
 */
final class StreamTicker {
    private static final Logger LOG = LoggerFactory.getLogger(StreamTicker.class);

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

    private static void tick(InboundPushStream stream) {
        try {
            stream.tick();
        } catch (RuntimeException | Error e) {
            LOG.error("the tick of a stream failed; other streams are not affected", e);
        }
    }

    private void tick() {
        try {
            streams.forEach(StreamTicker::tick);
        } finally {
            synchronized (this) {
                ticking = !streams.isEmpty();
                if (ticking) {
                    scheduler.schedule(this::tick, periodNanos);
                }
            }
        }
    }

    @Override
    public String toString() {
        return "ticker of " + streams.size() + " streams";
    }
}
