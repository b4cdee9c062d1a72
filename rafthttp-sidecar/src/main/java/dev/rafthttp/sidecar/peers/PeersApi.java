package dev.rafthttp.sidecar.peers;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.http.JsonBody;
import dev.rafthttp.sidecar.http.MemberResource;
import java.util.Optional;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code /v1/peers}: who the peers are and who has been removed, and changing it, one by one or all at once. */
public final class PeersApi extends MemberResource {
    public static final String PATH = "/v1/peers";

    private final Peers peers;
    private final Dialect usual;

    /** @param usual the dialect of a peer that is put without one */
    public PeersApi(Peers peers, Dialect usual) {
        super(PATH, "peer");
        this.peers = peers;
        this.usual = usual;
    }

    /** Answers a request for the whole list; that of a PUT when its body is there. */
    public void handleAll(Request request, Response response, Callback callback) {
        if (!Json.isAllowed(request, response, callback, "GET", "HEAD", "PUT")) {
            return;
        }
        if (HttpMethod.PUT.is(request.getMethod())) {
            JsonBody.read(request, response, callback, "a JSON object with peers, by ID, and removed", body -> {
                setAll(body);
                Json.answer(response, callback, HttpStatus.OK_200, all());
            });
        } else {
            Json.answer(response, callback, HttpStatus.OK_200, all());
        }
    }

    private void setAll(JsonObject body) {
        PeerSet set = PeerSet.parse(body, usual);
        peers.set(set.peers(), set.removed());
    }

    private JsonObject all() {
        JsonArray list = new JsonArray();
        peers.all().forEach(peer -> list.add(peer.json()));
        JsonArray removed = new JsonArray();
        peers.allRemoved().forEach(id -> removed.add(id.toString()));
        JsonObject json = new JsonObject();
        json.add("peers", list);
        json.add("removed", removed);
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
    protected void remove(MemberId id) {
        peers.remove(id);
    }
}
