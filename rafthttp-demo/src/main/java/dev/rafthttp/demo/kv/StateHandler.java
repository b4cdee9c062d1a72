package dev.rafthttp.demo.kv;

import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers requests for the state of one member: {@code GET /status}; {@code /healthz}, 200 while it is alive; {@code /readyz}, 200 if
 * it takes writes or knows the leader, otherwise 503 with what is missing.
 */
final class StateHandler extends Handler.Abstract {
    private static final String STATUS = "/status";
    private static final String HEALTH = "/healthz";
    private static final String READY = "/readyz";
    private static final Set<String> PATHS = Set.of(STATUS, HEALTH, READY);

    private final KvNode node;
    private final String name;

    /** @param name the member's */
    StateHandler(KvNode node, String name) {
        this.node = node;
        this.name = name;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = request.getHttpURI().getDecodedPath();
        if (path == null || !PATHS.contains(path)) {
            return false;
        }
        if (!HttpMethod.GET.is(request.getMethod())) {
            response.getHeaders().put(HttpHeader.ALLOW, "GET");
            error(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "only GET is answered here");
            return true;
        }
        switch (path) {
            case STATUS -> Json.answer(response, callback, HttpStatus.OK_200, json(node.replica()));
            case READY -> ready(response, callback);
            default -> ok(response, callback);
        }
        return true;
    }

    private JsonObject json(Replica replica) {
        JsonObject json = new JsonObject();
        json.addProperty("member", node.id().toString());
        json.addProperty("name", name);
        node.leader().ifPresent(leader -> json.addProperty("leader", leader.toString()));
        json.addProperty("term", node.term());
        json.addProperty("appliedIndex", replica.appliedIndex());
        json.addProperty("keys", replica.entries().size());
        json.addProperty("digest", replica.digest());
        return json;
    }

    private void ready(Response response, Callback callback) {
        Optional<String> missing = missing();
        if (missing.isPresent()) {
            error(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, missing.get());
        } else {
            ok(response, callback);
        }
    }

    private Optional<String> missing() {
        if (!node.isConnected()) {
            return Optional.of("there is no connection to the sidecar");
        }
        return node.leader().isPresent() ? Optional.empty() : Optional.of("no leader is known");
    }

    private static void ok(Response response, Callback callback) {
        JsonObject json = new JsonObject();
        json.addProperty("ok", true);
        Json.answer(response, callback, HttpStatus.OK_200, json);
    }

    private static void error(Response response, Callback callback, int status, String what) {
        JsonObject json = new JsonObject();
        json.addProperty("error", what);
        Json.answer(response, callback, status, json);
    }
}
