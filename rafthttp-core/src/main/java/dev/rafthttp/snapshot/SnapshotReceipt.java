package dev.rafthttp.snapshot;

import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.runtime.Clock;

/** One snapshot on its way from a peer with its database, counted. Owned by the thread that receives it. */
public final class SnapshotReceipt {
    private final Clock clock;
    private final PeerLedger ledger;
    private final long startNanos;

    public SnapshotReceipt(Clock clock, PeerLedger ledger) {
        this.clock = clock;
        this.ledger = ledger;
        this.startNanos = clock.nanoTime();
        ledger.snapshotReceiving();
    }

    /** It is stored, and Raft has it. */
    public void taken(long bytes) {
        ledger.snapshotReceived(bytes, clock.nanoTime() - startNanos);
    }

    /** It did not come whole, or was not taken. */
    public void failed(long bytes) {
        ledger.snapshotReceiveFailed(bytes);
    }
}
