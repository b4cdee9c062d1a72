package dev.rafthttp.sidecar.member;

import dev.rafthttp.Protocol;
import dev.rafthttp.sidecar.events.EventsApi;
import dev.rafthttp.sidecar.http.BodyType;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.http.RefusalLog;
import dev.rafthttp.sidecar.http.RefusedRequestException;
import dev.rafthttp.sidecar.http.RequestBody;
import dev.rafthttp.sidecar.json.MessageJson;
import dev.rafthttp.sidecar.messages.FrameBatch;
import dev.rafthttp.sidecar.messages.NodeLink;
import dev.rafthttp.sidecar.messages.Outgoing;
import dev.rafthttp.sidecar.messages.PostedFrames;
import dev.rafthttp.sidecar.messages.PostedJson;
import dev.rafthttp.sidecar.messages.PostedMessages;
import dev.rafthttp.sidecar.peers.PeersApi;
import dev.rafthttp.sidecar.snapshots.SnapshotsApi;
import dev.rafthttp.sidecar.status.NodeStatus;
import dev.rafthttp.sidecar.tap.Tap;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The node side of a sidecar: finds out what a request is about, and hands it on. */
public final class NodeApi extends Handler.Wrapper {
    private final Outgoing outgoing;
    private final NodeLink link;
    private final PeersApi peers;
    private final NodeStatus status;
    private final EventsApi events;
    private final Tap tap;
    private final Object version;

    /**
     * @param snapshots asked for whatever is not found here
     * @param version the answer to {@code GET /version}
     */
    public NodeApi(
            Outgoing outgoing,
            NodeLink link,
            PeersApi peers,
            NodeStatus status,
            EventsApi events,
            SnapshotsApi snapshots,
            Tap tap,
            Object version) {
        super(snapshots);
        this.outgoing = outgoing;
        this.link = link;
        this.peers = peers;
        this.status = status;
        this.events = events;
        this.tap = tap;
        this.version = version;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (path.startsWith(PeersApi.PATH + "/")) {
            peers.handle(path.substring(PeersApi.PATH.length() + 1), request, response, callback);
            return true;
        }
        switch (path) {
            case "/v1/messages" -> messages(request, response, callback);
            case PeersApi.PATH -> peers.handleAll(request, response, callback);
            case EventsApi.PATH -> events.handle(request, response, callback);
            case Tap.PATH -> tap.handle(request, response, callback);
            case "/v1/status" -> Json.get(request, response, callback, status.whole(RefusalLog.counts(request)));
            case Protocol.VERSION_PATH -> Json.get(request, response, callback, version);
            case "/healthz" -> Json.get(request, response, callback, Json.ok());
            case "/readyz" -> ready(request, response, callback);
            default -> {
                return super.handle(request, response, callback);
            }
        }
        return true;
    }

    /** Some write a file, or close connections, before they return. What this wraps does not, and Jetty would go by that. */
    @Override
    public InvocationType getInvocationType() {
        return InvocationType.BLOCKING;
    }

    /** The API listens last, when peers can reach the sidecar; so all that may be missing is the node. */
    private void ready(Request request, Response response, Callback callback) {
        if (!Json.isAllowed(request, response, callback, "GET", "HEAD")) {
            return;
        }
        if (link.isAttached()) {
            Json.answer(response, callback, HttpStatus.OK_200, Json.ok());
        } else {
            Json.error(
                    response,
                    callback,
                    HttpStatus.SERVICE_UNAVAILABLE_503,
                    "no node is attached: expected " + link.expected());
        }
    }

    private void messages(Request request, Response response, Callback callback) {
        if (!Json.isAllowed(request, response, callback, "GET", "HEAD", "POST")) {
            return;
        }
        if (HttpMethod.POST.is(request.getMethod())) {
            post(request, response, callback);
        } else {
            link.read(request, response, callback);
        }
    }

    private void post(Request request, Response response, Callback callback) {
        PostedMessages posted = new PostedMessages(outgoing, request, response, callback);
        if (outgoing.isClosing()) {
            posted.refuse(HttpStatus.SERVICE_UNAVAILABLE_503, "the sidecar is closing: expected no more messages");
            return;
        }
        try {
            String type = BodyType.check(request, FrameBatch.CONTENT_TYPE, MessageJson.CONTENT_TYPE);
            boolean isFrames = type.equals(FrameBatch.CONTENT_TYPE);
            new RequestBody(request, isFrames ? new PostedFrames(posted) : new PostedJson(posted)).run();
        } catch (RefusedRequestException e) {
            posted.refuse(Json.statusOf(e), String.valueOf(e.getMessage()));
        }
    }
}
