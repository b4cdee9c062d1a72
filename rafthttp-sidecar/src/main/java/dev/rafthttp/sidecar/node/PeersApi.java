package dev.rafthttp.sidecar.node;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import java.io.IOException;
import java.util.Optional;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** {@code /v1/peers}: who the peers are, and changing it. */
public final class PeersApi {
    static final String PATH = "/v1/peers";

    private final Peers peers;
    private final Dialect usual;

    /** @param usual the dialect of a peer that is put without one */
    public PeersApi(Peers peers, Dialect usual) {
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

    void one(String hex, Request request, Response response, Callback callback) throws IOException {
        MemberId id;
        try {
            id = MemberId.parse(hex);
        } catch (IllegalArgumentException e) {
            Json.error(response, callback, HttpStatus.BAD_REQUEST_400, e.getMessage());
            return;
        }
        if (HttpMethod.PUT.is(request.getMethod())) {
            put(id, request, response, callback);
        } else if (HttpMethod.DELETE.is(request.getMethod())) {
            delete(id, response, callback);
        } else if (HttpMethod.GET.is(request.getMethod())) {
            Optional<NodePeer> peer = peers.find(id);
            if (peer.isPresent()) {
                Json.answer(response, callback, HttpStatus.OK_200, peer.get().json());
            } else {
                unknown(id, response, callback);
            }
        } else {
            Json.notAllowed(response, callback, "GET, PUT, DELETE");
        }
    }

    private void put(MemberId id, Request request, Response response, Callback callback) throws IOException {
        try {
            NodePeer peer = NodePeer.parse(id, JsonBody.read(request), usual);
            peers.put(peer);
            Json.answer(response, callback, HttpStatus.OK_200, peer.json());
        } catch (IllegalArgumentException e) {
            Json.error(response, callback, HttpStatus.BAD_REQUEST_400, e.getMessage());
        } catch (StateFileException e) {
            Json.error(response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500, e.getMessage());
        }
    }

    private void delete(MemberId id, Response response, Callback callback) {
        try {
            if (peers.remove(id)) {
                response.setStatus(HttpStatus.NO_CONTENT_204);
                callback.succeeded();
            } else {
                unknown(id, response, callback);
            }
        } catch (StateFileException e) {
            Json.error(response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500, e.getMessage());
        }
    }

    private static void unknown(MemberId id, Response response, Callback callback) {
        Json.error(response, callback, HttpStatus.NOT_FOUND_404, "peer " + id + " is unknown: expected one of " + PATH);
    }
}
