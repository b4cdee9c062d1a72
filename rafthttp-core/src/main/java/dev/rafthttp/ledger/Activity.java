package dev.rafthttp.ledger;

import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.runtime.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Since when a peer can be reached: while a stream to it is attached or, without one, since a post succeeded after the last
 * that failed; etcd's {@code peerStatus}. Guarded by its own lock, taken when a stream or post begins or ends.
 */
final class Activity {
    private final Clock clock;
    private final PeerMetrics metrics;
    private int attachedStreams;
    private boolean closed;
    private @Nullable Instant since;

    Activity(Clock clock, PeerMetrics metrics) {
        this.clock = clock;
        this.metrics = metrics;
    }

    synchronized void attached() {
        attachedStreams++;
        begin();
    }

    synchronized void detached() {
        if (--attachedStreams == 0) {
            end();
        }
    }

    synchronized void posted() {
        begin();
    }

    synchronized void postFailed() {
        if (attachedStreams == 0) {
            end();
        }
    }

    /** The peer has been removed: what still ends now changes nothing. */
    synchronized void close() {
        closed = true;
        end();
    }

    synchronized Optional<Instant> since() {
        return Optional.ofNullable(since);
    }

    private void begin() {
        if (since == null && !closed) {
            since = clock.now();
            metrics.active(true);
        }
    }

    private void end() {
        if (since != null) {
            since = null;
            metrics.active(false);
        }
    }

    @Override
    public synchronized String toString() {
        return attachedStreams + " streams attached, " + (since == null ? "not active" : "active since " + since);
    }
}
