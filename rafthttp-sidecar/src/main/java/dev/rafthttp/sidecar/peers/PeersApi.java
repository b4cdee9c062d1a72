package dev.rafthttp.sidecar.peers;

import com.google.gson.JsonObject;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.http.JsonBody;
import dev.rafthttp.sidecar.http.MemberResource;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code /v1/peers}: shows the peers and the removed members, and changes them, one by one or all at once. */
public final class PeersApi extends MemberResource {
    public static final String PATH = "/v1/peers";

    private final Peers peers;
    private final Dialect usual;

    private record All(List<NodePeer> peers, List<MemberId> removed) {}

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

    private All all() {
        return new All(peers.all(), peers.allRemoved());
    }

    @Override
    protected String form(MemberId id) {
        return "a JSON object with urls and dialect";
    }

    @Override
    protected Optional<NodePeer> find(MemberId id) {
        return peers.find(id);
    }

    @Override
    protected Object put(MemberId id, JsonObject body) {
        NodePeer peer = NodePeer.parse(id, body, usual);
        peers.put(peer);
        return peer;
    }

    @Override
    protected void remove(MemberId id) {
        peers.remove(id);
    }
}
