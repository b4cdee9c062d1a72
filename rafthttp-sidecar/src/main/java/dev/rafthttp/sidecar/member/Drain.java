package dev.rafthttp.sidecar.member;

import dev.rafthttp.TransportMonitor;
import dev.rafthttp.sidecar.messages.NodeInbox;
import dev.rafthttp.sidecar.messages.NodeLink;
import dev.rafthttp.sidecar.snapshots.SnapshotsApi;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When the sidecar ends, waits until nothing is under way between the node and its peers. */
final class Drain {
    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);

    /** No event tells when the last queue is empty. Nobody notices so short a delay. */
    private static final long LOOK_EVERY_MILLIS = 10;

    private final TransportMonitor transport;
    private final NodeInbox inbox;
    private final NodeLink link;
    private final SnapshotsApi snapshots;

    Drain(TransportMonitor transport, NodeInbox inbox, NodeLink link, SnapshotsApi snapshots) {
        this.transport = transport;
        this.inbox = inbox;
        this.link = link;
        this.snapshots = snapshots;
    }

    /** Returns when all is done, or the time has passed. Then it logs what is left, and tells the node of its snapshots. */
    void await(Duration longest) {
        long end = System.nanoTime() + longest.toNanos();
        CountDownLatch never = new CountDownLatch(1);
        try {
            while (!isDone()) {
                if (System.nanoTime() - end >= 0) {
                    LOG.warn(
                            "{} messages and {} snapshots to peers and {} messages to the node are given up",
                            toPeers(),
                            snapshots.underWay(),
                            inbox.size());
                    snapshots.giveUp();
                    return;
                }
                boolean ignored = never.await(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isDone() {
        // Without a node nothing takes the messages.
        boolean toNode = !link.isAttached() || (inbox.size() == 0 && link.isIdle());
        return toNode && toPeers() == 0 && snapshots.underWay() == 0;
    }

    private long toPeers() {
        return transport.status().peers().stream()
                .flatMap(peer -> peer.lanes().values().stream())
                .mapToLong(lane -> lane.queuedMessages())
                .sum();
    }
}
