package dev.rafthttp.sidecar.node;

import dev.rafthttp.MemberId;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs what happens, for the human; the transport itself logs why a peer is unreachable. */
public final class LoggedEvents implements NodeEvents {
    private static final Logger LOG = LoggerFactory.getLogger(LoggedEvents.class);

    @Override
    public void unreachable(MemberId peer) {
        LOG.debug("peer {} is unreachable", peer);
    }

    @Override
    public void snapshot(MemberId peer, SnapshotStatus status) {
        LOG.info("snapshot to peer {}: {}", peer, status);
    }

    @Override
    public void active(MemberId peer, boolean active) {
        LOG.info("peer {} is {}", peer, active ? "active" : "inactive");
    }

    @Override
    public void removed(RemovedMemberException cause) {
        LOG.error("this member has been removed from the cluster, and its node must stop: {}", cause.getMessage());
    }
}
