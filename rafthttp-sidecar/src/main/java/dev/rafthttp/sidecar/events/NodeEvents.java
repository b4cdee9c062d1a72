package dev.rafthttp.sidecar.events;

import com.google.gson.JsonObject;
import dev.rafthttp.MemberId;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of a sidecar: what its node is told besides messages. Some are also logged. Events that Raft depends on have rooms of
 * their own, so that an outage, which repeats the same event for as long as it lasts, pushes none of them out.
 *
 * <p>Called on the transport's threads, several at a time; does not block.
 */
public final class NodeEvents {
    private static final Logger LOG = LoggerFactory.getLogger(NodeEvents.class);

    private static final String SNAPSHOT_PROGRESS = "snapshot-progress";
    private static final String MESSAGE_DROPPED = "message-dropped";

    private final MemberId member;
    private final MemberNames names;
    private final EventLog.Room snapshots;
    private final EventLog.Room activity;
    private final EventLog.Room others;
    private final EventLog.Room outages;
    private final EventLog.Room progress;

    private record Peer(MemberId peer) {}

    private record SnapshotEnd(MemberId peer, String status) {}

    private record Removal(MemberId member, MemberId toldBy, String reason) {}

    /**
     * @param log gets the events
     * @param member that the node is
     * @param names for log lines
     */
    public NodeEvents(EventLog log, MemberId member, MemberNames names) {
        this.member = member;
        this.names = names;
        snapshots = log.keepingAll();
        activity = log.keepingAll();
        others = log.keepingAll();
        outages = log.keepingNewest();
        progress = log.keepingNewest();
    }

    /** A peer cannot be reached: once per outage, and again while messages to it are lost, at most once per second. */
    public void unreachable(MemberId peer) {
        // The transport itself logs why.
        LOG.debug("peer {} is unreachable", names.shown(peer));
        outages.add("unreachable", peer.toString(), new Peer(peer));
    }

    /** How sending a snapshot to a peer ended. */
    public void snapshot(MemberId peer, SnapshotStatus status) {
        LOG.info("snapshot to peer {}: {}", names.shown(peer), status);
        snapshots.add("snapshot-status", new SnapshotEnd(peer, status.name().toLowerCase(Locale.ROOT)));
    }

    /** A peer became reachable, or is no longer reachable. */
    public void active(MemberId peer, boolean active) {
        LOG.info("peer {} is {}", names.shown(peer), active ? "active" : "inactive");
        activity.add(active ? "peer-active" : "peer-inactive", new Peer(peer));
    }

    /** A peer says that this member has been removed from the cluster: the node must stop. */
    public void removed(RemovedMemberException cause) {
        LOG.error(
                "this member, {}, has been removed from the cluster, and its node must stop: peer {} says so: {}",
                names.shown(member),
                names.shown(cause.toldBy()),
                cause.getMessage());
        others.announce("member-removed", new Removal(member, cause.toldBy(), String.valueOf(cause.getMessage())));
    }

    /** A snapshot that the node posted is being sent. */
    public void snapshotSending(String id, JsonObject data) {
        progress.add(SNAPSHOT_PROGRESS, id, data);
    }

    /** The sending of a snapshot that the node posted has ended. */
    public void snapshotEnded(String id, JsonObject data) {
        progress.forget(id);
        snapshots.add(SNAPSHOT_PROGRESS, data);
    }

    /** Messages of the node's were dropped, all for one reason. */
    public void messagesDropped(String reason, Object data) {
        outages.add(MESSAGE_DROPPED, MESSAGE_DROPPED + " " + reason, data);
    }
}
