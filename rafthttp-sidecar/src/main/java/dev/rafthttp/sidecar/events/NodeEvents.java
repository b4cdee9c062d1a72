package dev.rafthttp.sidecar.events;

import dev.rafthttp.MemberId;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;

/** What the node is told besides messages. Called on the transport's threads, several at a time; must not block. */
public interface NodeEvents {
    /** A peer cannot be reached: once per outage, and again while messages to it are lost, at most once per second. */
    void unreachable(MemberId peer);

    /** How sending a snapshot to a peer ended. */
    void snapshot(MemberId peer, SnapshotStatus status);

    /** A peer became reachable, or ceased to be. */
    void active(MemberId peer, boolean active);

    /** A peer says that this member has been removed from the cluster: the node must stop. */
    void removed(RemovedMemberException cause);
}
