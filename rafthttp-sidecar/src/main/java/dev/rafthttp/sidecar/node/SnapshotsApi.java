package dev.rafthttp.sidecar.node;

import com.google.gson.JsonObject;
import dev.rafthttp.DropReason;
import dev.rafthttp.FileSnapshotStore;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/snapshots}: sends a snapshot of the node's with its database, and gives the node the databases that came from
 * peers, in whole or in ranges.
 */
public final class SnapshotsApi extends Handler.Wrapper {
    static final String PATH = "/v1/snapshots";

    /**
     * How many databases may be on their way from the node at once, each of which holds a thread of the transport's while its
     * client does not send. As many as may be on their way to one peer.
     */
    static final int MAX_SENDING = Peer.MAX_SNAPSHOTS;

    /** Unsigned decimal numbers without padding, as in a message's JSON. */
    private static final Pattern NAME = Pattern.compile(PATH + "/(0|[1-9][0-9]{0,19})-(0|[1-9][0-9]{0,19})");

    private final RaftTransport transport;
    private final Outgoing outgoing;
    private final EventLog events;
    private final FileSnapshotStore store;
    private final Semaphore sending = new Semaphore(MAX_SENDING);

    /** @param store of the databases that came */
    public SnapshotsApi(RaftTransport transport, Outgoing outgoing, EventLog events, FileSnapshotStore store) {
        this.transport = transport;
        this.outgoing = outgoing;
        this.events = events;
        this.store = store;
        MimeTypes.Mutable types = new MimeTypes.Mutable();
        types.addMimeMapping("db", FrameBatch.CONTENT_TYPE);
        ResourceHandler files = new ResourceHandler() {
            // Those that are set are replaced when it starts.
            @Override
            public MimeTypes getMimeTypes() {
                return types;
            }
        };
        files.setBaseResource(
                ResourceFactory.of(this).newResource(store.path(0, 0).getParent()));
        files.setDirAllowed(false);
        files.setAcceptRanges(true);
        setHandler(files);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (path.equals(PATH)) {
            if (Json.isAllowed(request, response, callback, "POST")) {
                new PostedSnapshot(request, response, callback, events, this::send).begin();
            }
            return true;
        }
        if (!path.startsWith(PATH + "/")) {
            return false;
        }
        if (!Json.isAllowed(request, response, callback, "GET", "HEAD", "DELETE")) {
            return true;
        }
        Matcher name = NAME.matcher(path);
        if (!name.matches()) {
            Json.error(
                    response,
                    callback,
                    HttpStatus.BAD_REQUEST_400,
                    path + ": expected " + PATH
                            + "/TERM-INDEX, both decimal without padding, as in the metadata of the MsgSnap");
            return true;
        }
        try {
            one(
                    store.path(Long.parseUnsignedLong(name.group(1)), Long.parseUnsignedLong(name.group(2))),
                    request,
                    response,
                    callback);
        } catch (NumberFormatException e) {
            Json.error(response, callback, HttpStatus.BAD_REQUEST_400, path + ": expected numbers below 2^64");
        }
        return true;
    }

    private void one(Path file, Request request, Response response, Callback callback) throws Exception {
        if (!Files.exists(file)) {
            Json.error(
                    response,
                    callback,
                    HttpStatus.NOT_FOUND_404,
                    "there is no database " + Request.getPathInContext(request)
                            + ": expected the term and index of a MsgSnap that came, and was not deleted since");
        } else if (HttpMethod.DELETE.is(request.getMethod())) {
            Files.deleteIfExists(file);
            response.setStatus(HttpStatus.NO_CONTENT_204);
            callback.succeeded();
        } else {
            request.setAttribute(JsonErrors.LENGTH, Files.size(file));
            HttpURI named = HttpURI.build(request.getHttpURI()).path("/" + file.getFileName());
            super.handle(Request.serveAs(request, named), response, callback);
        }
    }

    /** Lets the transport read a database whose message is there; the answer comes when it has. */
    private void send(Message message, PostedSnapshot posted) {
        if (message.getType() != MessageType.MsgSnap || !message.hasSnapshot()) {
            posted.refuse(
                    HttpStatus.BAD_REQUEST_400,
                    "the message at offset 0 is a " + message.getType() + ": expected a MsgSnap with a snapshot");
            return;
        }
        @Nullable DropReason reason = outgoing.check(message);
        if (reason != null) {
            posted.refuse(
                    HttpStatus.BAD_REQUEST_400,
                    "the message at offset 0 is from " + hex(message.getFrom()) + " to " + hex(message.getTo()) + ": "
                            + reason.label() + ", expected this member as from, and one of GET /v1/peers as to");
            return;
        }
        if (!sending.tryAcquire()) {
            posted.busy(MAX_SENDING + " databases are being sent already: expected at most so many at once");
            return;
        }
        SnapshotMetadata metadata = message.getSnapshot().getMetadata();
        String id = new MemberId(message.getTo()) + "-" + Long.toUnsignedString(metadata.getTerm()) + "-"
                + Long.toUnsignedString(metadata.getIndex());
        posted.sending(id, new MemberId(message.getTo()));
        transport.sendSnapshot(message, posted, posted.databaseBytes()).whenComplete((done, failure) -> {
            sending.release();
            posted.ended(failure);
        });
    }

    private static String hex(long id) {
        return id == 0 ? "0 (none)" : new MemberId(id).toString();
    }

    /** What {@code {"id": …}} an answer has. */
    static JsonObject id(String id) {
        JsonObject json = new JsonObject();
        json.addProperty("id", id);
        return json;
    }
}
