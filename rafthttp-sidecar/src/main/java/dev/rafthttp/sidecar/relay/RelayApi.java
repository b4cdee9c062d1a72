package dev.rafthttp.sidecar.relay;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.rafthttp.MemberId;
import dev.rafthttp.sidecar.node.CannotListenException;
import dev.rafthttp.sidecar.node.Json;
import dev.rafthttp.sidecar.node.StateFileException;
import dev.rafthttp.sidecar.node.Tap;
import java.io.InputStream;
import java.util.Optional;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The relay's HTTP API: {@code GET /v1/status}, {@code GET /v1/tap}, {@code GET /v1/members}, {@code PUT} and {@code DELETE /v1/members/HEX},
 * {@code /healthz} and {@code /readyz}.
 */
final class RelayApi extends Handler.Abstract {
    private static final String MEMBERS = "/v1/members";
    private static final int MAX_BODY_BYTES = 64 << 10;

    private final Topology topology;
    private final Membership membership;
    private final StatusJson status;
    private final Tap tap;

    RelayApi(Topology topology, Membership membership, StatusJson status, Tap tap) {
        this.topology = topology;
        this.membership = membership;
        this.status = status;
        this.tap = tap;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (path.startsWith(MEMBERS + "/")) {
            member(path.substring(MEMBERS.length() + 1), request, response, callback);
            return true;
        }
        switch (path) {
            case "/v1/status" -> get(request, response, callback, status.whole());
            case Tap.PATH -> tap.handle(request, response, callback);
            case MEMBERS -> get(request, response, callback, members());
            // The API listens last, when everything else does.
            case "/healthz", "/readyz" -> get(request, response, callback, ok());
            default -> {
                return false;
            }
        }
        return true;
    }

    private static JsonObject ok() {
        JsonObject ok = new JsonObject();
        ok.addProperty("ok", true);
        return ok;
    }

    private JsonObject members() {
        JsonArray all = new JsonArray();
        membership.all().forEach(member -> all.add(status.member(member)));
        JsonObject json = new JsonObject();
        json.add("members", all);
        return json;
    }

    private static void get(Request request, Response response, Callback callback, JsonObject json) {
        if (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod())) {
            Json.answer(response, callback, HttpStatus.OK_200, json);
        } else {
            Json.notAllowed(response, callback, "GET, HEAD");
        }
    }

    private void member(String hex, Request request, Response response, Callback callback) throws Exception {
        MemberId id;
        try {
            id = MemberId.parse(hex);
        } catch (IllegalArgumentException e) {
            Json.error(response, callback, HttpStatus.BAD_REQUEST_400, e.getMessage());
            return;
        }
        @Nullable HttpMethod method = HttpMethod.fromString(request.getMethod());
        if (method == HttpMethod.PUT) {
            put(id, request, response, callback);
        } else if (method == HttpMethod.DELETE) {
            delete(id, response, callback);
        } else if (method == HttpMethod.GET) {
            Optional<RelayMember> member = membership.find(id);
            if (member.isPresent()) {
                Json.answer(response, callback, HttpStatus.OK_200, status.member(member.get()));
            } else {
                unknown(id, response, callback);
            }
        } else {
            Json.notAllowed(response, callback, "GET, PUT, DELETE");
        }
    }

    private static void unknown(MemberId id, Response response, Callback callback) {
        Json.error(
                response,
                callback,
                HttpStatus.NOT_FOUND_404,
                "member " + id + " is unknown: expected one of " + MEMBERS);
    }

    private void put(MemberId id, Request request, Response response, Callback callback) throws Exception {
        byte[] body;
        try (InputStream in = Content.Source.asInputStream(request)) {
            body = in.readNBytes(MAX_BODY_BYTES + 1);
        }
        if (body.length > MAX_BODY_BYTES) {
            Json.error(
                    response,
                    callback,
                    HttpStatus.PAYLOAD_TOO_LARGE_413,
                    "expected at most " + MAX_BODY_BYTES + " bytes");
            return;
        }
        try {
            RelayMember member = MemberJson.parse(id, body, topology);
            membership.put(member);
            Json.answer(response, callback, HttpStatus.OK_200, status.member(member));
        } catch (IllegalArgumentException e) {
            Json.error(response, callback, HttpStatus.BAD_REQUEST_400, e.getMessage());
        } catch (CannotListenException e) {
            Json.error(response, callback, HttpStatus.CONFLICT_409, e.getMessage());
        } catch (StateFileException e) {
            Json.error(response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500, e.getMessage());
        }
    }

    private void delete(MemberId id, Response response, Callback callback) {
        if (topology.isLocal(id)) {
            Json.error(
                    response,
                    callback,
                    HttpStatus.BAD_REQUEST_400,
                    "member " + id + " is the one this relay stands beside: stop the relay instead");
            return;
        }
        try {
            if (membership.remove(id)) {
                response.setStatus(HttpStatus.NO_CONTENT_204);
                callback.succeeded();
            } else {
                unknown(id, response, callback);
            }
        } catch (StateFileException e) {
            Json.error(response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500, e.getMessage());
        }
    }
}
