package dev.rafthttp.sidecar.status;

import dev.rafthttp.ClusterId;
import dev.rafthttp.DropReason;
import dev.rafthttp.MemberId;
import dev.rafthttp.RemovalStatus;
import dev.rafthttp.TransportMonitor;
import dev.rafthttp.TransportStatus;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.events.MemberNames;
import dev.rafthttp.sidecar.json.PeerDocument;
import dev.rafthttp.sidecar.messages.NodeInbox;
import dev.rafthttp.sidecar.messages.NodeLink;
import dev.rafthttp.sidecar.messages.Outgoing;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks all parts of a sidecar for what {@code GET /v1/status} tells. Any thread. */
public final class NodeStatus {
    private final TransportMonitor transport;
    private final NodeInbox inbox;
    private final NodeLink link;
    private final Outgoing outgoing;
    private final EventLog events;
    private final MemberNames names;

    /**
     * The answer.
     *
     * @param refused requests to the API, by the status of the answer
     */
    record Document(
            MemberId member,
            Optional<String> name,
            ClusterId cluster,
            Optional<RemovalStatus> removed,
            String run,
            Node node,
            Map<Integer, Long> refused,
            List<PeerDocument> peers) {}

    /** What is known of the node, and of the messages to and from it. */
    record Node(
            boolean attached,
            int waitingMessages,
            long waitingBytes,
            int heldBack,
            long taken,
            long inDoubt,
            Map<DropReason, Long> dropped) {}

    /**
     * @param events of this run
     * @param names of members that have one
     */
    public NodeStatus(
            TransportMonitor transport,
            NodeInbox inbox,
            NodeLink link,
            Outgoing outgoing,
            EventLog events,
            MemberNames names) {
        this.outgoing = outgoing;
        this.transport = transport;
        this.inbox = inbox;
        this.link = link;
        this.events = events;
        this.names = names;
    }

    /**
     * Everything now, as a document.
     *
     * @param refused requests to the API, by the status of the answer
     */
    public Object whole(Map<Integer, Long> refused) {
        TransportStatus status = transport.status();
        return new Document(
                status.member(),
                names.find(status.member()),
                status.cluster(),
                status.removed(),
                events.run(),
                node(),
                refused,
                status.peers().stream()
                        .map(peer -> PeerDocument.of(peer, names.find(peer.id())))
                        .toList());
    }

    private Node node() {
        NodeInbox.Status waiting = inbox.status();
        return new Node(
                link.isAttached(),
                waiting.messages(),
                waiting.bytes(),
                waiting.heldBack(),
                waiting.taken(),
                waiting.inDoubt(),
                outgoing.unsent().counts());
    }
}
