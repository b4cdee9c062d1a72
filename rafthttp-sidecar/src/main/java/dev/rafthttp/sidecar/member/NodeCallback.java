package dev.rafthttp.sidecar.member;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.events.NodeEvents;
import dev.rafthttp.sidecar.messages.NodeInbox;
import dev.rafthttp.sidecar.peers.RemovedMembers;
import dev.rafthttp.sidecar.tap.Tap;
import java.util.concurrent.CompletionStage;

/** The node, as the transport sees it: messages go to its inbox, and all reports to its events. Any thread. */
public final class NodeCallback implements RaftCallback {
    private final NodeInbox inbox;
    private final RemovedMembers removed;
    private final NodeEvents events;
    private final Tap tap;

    /** @param tap is shown what comes */
    public NodeCallback(NodeInbox inbox, RemovedMembers removed, NodeEvents events, Tap tap) {
        this.inbox = inbox;
        this.removed = removed;
        this.events = events;
        this.tap = tap;
    }

    @Override
    public CompletionStage<Void> process(Message message) {
        tap.saw(message);
        return inbox.put(message);
    }

    @Override
    public boolean isIdRemoved(MemberId id) {
        return removed.contains(id);
    }

    @Override
    public void reportUnreachable(MemberId id) {
        events.unreachable(id);
    }

    @Override
    public void reportSnapshot(MemberId id, SnapshotStatus status) {
        events.snapshot(id, status);
    }

    @Override
    public void reportRemoved(RemovedMemberException cause) {
        events.removed(cause);
    }

    /** Where the transport says which peers are reachable. */
    public TransportMetrics metrics() {
        return peer -> new PeerMetrics() {
            @Override
            public void active(boolean active) {
                events.active(peer, active);
            }
        };
    }
}
