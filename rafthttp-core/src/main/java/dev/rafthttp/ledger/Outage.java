package dev.rafthttp.ledger;

import dev.rafthttp.MemberId;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.runtime.Scheduler;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells Raft that a peer is unreachable: once per outage, and again when messages are lost in it, but at most once per second,
 * however many messages are lost or however quickly outages follow each other. A peer that is only dialled in vain is not told
 * of again. Never on the thread that notices, which may be inside {@code send}. Any thread.
 */
final class Outage {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Scheduler scheduler;
    private final MemberId peer;
    private final PeerMetrics metrics;
    private final RaftReports reports;
    private final AtomicBoolean underWay = new AtomicBoolean();
    private final AtomicLong quietUntil;

    Outage(Scheduler scheduler, MemberId peer, PeerMetrics metrics, RaftReports reports) {
        this.scheduler = scheduler;
        this.reports = reports;
        this.peer = peer;
        this.metrics = metrics;
        this.quietUntil = new AtomicLong(scheduler.nanoTime());
    }

    /** A dial failed: nothing is lost by that, so only the first of an outage is reported. */
    void dialFailed() {
        if (begins()) {
            report(true);
        }
    }

    /** A message was dropped, or may have been lost with its stream or post. */
    void lost() {
        report(begins());
    }

    private boolean begins() {
        return !underWay.get() && underWay.compareAndSet(false, true);
    }

    private void report(boolean begins) {
        if (!reportUnlessQuiet() && begins) {
            // The last outage was reported less than a second ago; this one is reported when that is over.
            scheduler.schedule(this::reportUnlessQuiet, quietUntil.get() - scheduler.nanoTime());
        }
    }

    /** The peer can be reached again: the next failure begins a new outage. */
    void ended() {
        underWay.set(false);
    }

    private boolean reportUnlessQuiet() {
        long now = scheduler.nanoTime();
        long until = quietUntil.get();
        boolean isDue = now - until >= 0 && quietUntil.compareAndSet(until, now + INTERVAL_NANOS);
        if (isDue) {
            metrics.unreachable();
            reports.unreachable(peer);
        }
        return isDue;
    }

    @Override
    public String toString() {
        return "outage of peer " + peer + (underWay.get() ? " under way" : " over");
    }
}
