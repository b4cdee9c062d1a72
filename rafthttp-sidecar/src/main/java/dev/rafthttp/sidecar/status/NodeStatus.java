package dev.rafthttp.sidecar.status;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.TransportMonitor;
import dev.rafthttp.TransportStatus;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.events.MemberNames;
import dev.rafthttp.sidecar.json.PeerJson;
import dev.rafthttp.sidecar.messages.InboxStatus;
import dev.rafthttp.sidecar.messages.NodeInbox;
import dev.rafthttp.sidecar.messages.NodeLink;
import dev.rafthttp.sidecar.messages.Outgoing;

/** What the sidecar knows of itself, as JSON: {@code GET /v1/status}. Any thread. */
public final class NodeStatus {
    private final TransportMonitor transport;
    private final NodeInbox inbox;
    private final NodeLink link;
    private final Outgoing outgoing;
    private final EventLog events;
    private final MemberNames names;

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

    public JsonObject whole() {
        TransportStatus status = transport.status();
        JsonArray peers = new JsonArray();
        for (PeerStatus peer : status.peers()) {
            JsonObject one = PeerJson.of(peer);
            names.find(peer.id()).ifPresent(name -> one.addProperty("name", name));
            peers.add(one);
        }
        JsonObject json = new JsonObject();
        json.addProperty("member", status.member().toString());
        names.find(status.member()).ifPresent(name -> json.addProperty("name", name));
        json.addProperty("cluster", status.cluster().toString());
        status.removed().ifPresent(removal -> json.add("removed", RemovalJson.of(removal)));
        json.addProperty("run", events.run());
        json.add("node", node());
        json.add("peers", peers);
        return json;
    }

    private JsonObject node() {
        InboxStatus waiting = inbox.status();
        JsonObject json = new JsonObject();
        json.addProperty("attached", link.isAttached());
        json.addProperty("waitingMessages", waiting.messages());
        json.addProperty("waitingBytes", waiting.bytes());
        json.addProperty("heldBack", waiting.heldBack());
        json.addProperty("taken", waiting.taken());
        json.addProperty("inDoubt", waiting.inDoubt());
        JsonObject dropped = new JsonObject();
        outgoing.unsent().counts().forEach((reason, messages) -> dropped.addProperty(reason.label(), messages));
        json.add("dropped", dropped);
        return json;
    }
}
