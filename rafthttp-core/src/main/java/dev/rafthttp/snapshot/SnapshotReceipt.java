package dev.rafthttp.snapshot;

import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.runtime.Clock;

/** One snapshot on its way from a peer with its database, counted. Owned by the thread that receives it. */
public final class SnapshotReceipt {
    private final Clock clock;
    private final PeerMetrics metrics;
    private final long startNanos;

    public SnapshotReceipt(Clock clock, PeerMetrics metrics) {
        this.clock = clock;
        this.metrics = metrics;
        this.startNanos = clock.nanoTime();
        metrics.snapshotReceiving();
    }

    /** It is stored, and Raft has it. */
    public void taken(long bytes) {
        metrics.snapshotReceived(bytes, clock.nanoTime() - startNanos);
    }

    /** It did not come whole, or was not taken. */
    public void failed(long bytes) {
        metrics.snapshotReceiveFailed(bytes);
    }
}
