package dev.rafthttp.sidecar.node;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import java.util.Optional;

/** {@code /v1/peers}: who the peers are, and changing it. */
public final class PeersApi extends MemberResource {
    static final String PATH = "/v1/peers";

    private final Peers peers;
    private final Dialect usual;

    /** @param usual the dialect of a peer that is put without one */
    public PeersApi(Peers peers, Dialect usual) {
        super(PATH, "peer");
        this.peers = peers;
        this.usual = usual;
    }

    JsonObject all() {
        JsonArray list = new JsonArray();
        peers.all().forEach(peer -> list.add(peer.json()));
        JsonObject json = new JsonObject();
        json.add("peers", list);
        return json;
    }

    @Override
    protected String form(MemberId id) {
        return "a JSON object with urls and dialect";
    }

    @Override
    protected Optional<JsonObject> find(MemberId id) {
        return peers.find(id).map(NodePeer::json);
    }

    @Override
    protected JsonObject put(MemberId id, JsonObject body) {
        NodePeer peer = NodePeer.parse(id, body, usual);
        peers.put(peer);
        return peer.json();
    }

    @Override
    protected boolean remove(MemberId id) {
        return peers.remove(id);
    }
}
