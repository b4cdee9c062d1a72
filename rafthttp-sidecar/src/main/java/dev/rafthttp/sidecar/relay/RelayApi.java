package dev.rafthttp.sidecar.relay;

import com.google.gson.JsonObject;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.sidecar.events.EventsApi;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.http.MemberResource;
import dev.rafthttp.sidecar.http.RefusalLog;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import dev.rafthttp.sidecar.relay.standin.Topology;
import dev.rafthttp.sidecar.tap.Tap;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The relay's HTTP API: {@code GET /v1/status}, {@code GET /v1/events}, {@code GET /v1/tap}, {@code GET /v1/members}, {@code PUT} and {@code DELETE /v1/members/HEX},
 * {@code GET /version}, {@code /healthz} and {@code /readyz}.
 */
final class RelayApi extends Handler.Abstract {
    static final String MEMBERS = "/v1/members";

    private final Topology topology;
    private final Membership membership;
    private final RelayStatus status;
    private final EventsApi events;
    private final Tap tap;
    private final Object version;
    private final MemberResource one = new One();

    private record Members(List<MemberDocument> members) {}

    /** @param version the answer to {@code GET /version} */
    RelayApi(Topology topology, Membership membership, RelayStatus status, EventsApi events, Tap tap, Object version) {
        this.topology = topology;
        this.membership = membership;
        this.status = status;
        this.events = events;
        this.tap = tap;
        this.version = version;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (path.startsWith(MEMBERS + "/")) {
            one.handle(path.substring(MEMBERS.length() + 1), request, response, callback);
            return true;
        }
        switch (path) {
            case "/v1/status" -> Json.get(request, response, callback, status.whole(RefusalLog.counts(request)));
            case EventsApi.PATH -> events.handle(request, response, callback);
            case Tap.PATH -> tap.handle(request, response, callback);
            case Protocol.VERSION_PATH -> Json.get(request, response, callback, version);
            case MEMBERS -> Json.get(request, response, callback, members());
            // The API listens last, after all fronts.
            case "/healthz", "/readyz" -> Json.get(request, response, callback, Json.ok());
            default -> {
                return false;
            }
        }
        return true;
    }

    private Members members() {
        return new Members(membership.all().stream()
                .map(member -> MemberDocument.of(member, topology))
                .toList());
    }

    /** One of {@link #MEMBERS}. */
    private final class One extends MemberResource {
        One() {
            super(MEMBERS, "member");
        }

        @Override
        protected String form(MemberId id) {
            return "a JSON object with name, front and " + topology.nextHopName(id);
        }

        @Override
        protected Optional<MemberDocument> find(MemberId id) {
            return membership.find(id).map(member -> MemberDocument.of(member, topology));
        }

        @Override
        protected Object put(MemberId id, JsonObject body) {
            RelayMember member = MemberDocument.parse(id, body, topology);
            membership.put(member);
            return MemberDocument.of(member, topology);
        }

        @Override
        protected void remove(MemberId id) {
            if (topology.isLocal(id)) {
                throw new IllegalArgumentException(
                        "member " + id + " is the one this relay stands beside: stop the relay instead");
            }
            membership.remove(id);
        }
    }
}
