package dev.rafthttp.sidecar.node;

import com.google.gson.JsonObject;
import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FileSnapshotStore;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/**
 * {@code /v1/snapshots}: sends a snapshot of the node's with its database, and gives the node the databases that came from
 * peers, in whole or in ranges.
 */
public final class SnapshotsApi extends Handler.Wrapper {
    static final String PATH = "/v1/snapshots";

    /** Unsigned decimal numbers, as in a message's JSON. */
    private static final Pattern NAME = Pattern.compile(PATH + "/([0-9]{1,20})-([0-9]{1,20})");

    private final RaftTransport transport;
    private final Outgoing outgoing;
    private final EventLog events;
    private final FileSnapshotStore store;

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
            if (HttpMethod.POST.is(request.getMethod())) {
                send(request, response, callback);
            } else {
                Json.notAllowed(response, callback, "POST");
            }
            return true;
        }
        if (!path.startsWith(PATH + "/")) {
            return false;
        }
        Matcher name = NAME.matcher(path);
        if (!name.matches()) {
            Json.error(
                    response,
                    callback,
                    HttpStatus.BAD_REQUEST_400,
                    path + ": expected " + PATH + "/TERM-INDEX, both decimal, as in the metadata of the MsgSnap");
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
        } else if (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod())) {
            HttpURI named = HttpURI.build(request.getHttpURI()).path("/" + file.getFileName());
            super.handle(Request.serveAs(request, named), response, callback);
        } else {
            Json.notAllowed(response, callback, "GET, HEAD, DELETE");
        }
    }

    /** Reads the message here, and lets the transport read the database; the answer comes when it has. */
    private void send(Request request, Response response, Callback callback) throws IOException {
        PostedSnapshot posted = new PostedSnapshot(request, response, callback, events);
        try {
            Message message = posted.readMessage();
            check(message);
            SnapshotMetadata metadata = message.getSnapshot().getMetadata();
            String id = new MemberId(message.getTo()) + "-" + Long.toUnsignedString(metadata.getTerm()) + "-"
                    + Long.toUnsignedString(metadata.getIndex());
            posted.begin(id, new MemberId(message.getTo()));
            transport
                    .sendSnapshot(message, posted, posted.databaseBytes())
                    .whenComplete((done, failure) -> posted.ended(failure));
        } catch (FrameTooLargeException e) {
            posted.refuse(HttpStatus.PAYLOAD_TOO_LARGE_413, String.valueOf(e.getMessage()));
        } catch (CorruptFrameException | IllegalArgumentException e) {
            posted.refuse(HttpStatus.BAD_REQUEST_400, String.valueOf(e.getMessage()));
        }
    }

    private void check(Message message) {
        if (message.getType() != MessageType.MsgSnap) {
            throw new IllegalArgumentException(
                    "the message at offset 0 is a " + message.getType() + ": expected a MsgSnap");
        }
        outgoing.check(message, 0);
    }

    /** What {@code {"id": …}} an answer has. */
    static JsonObject id(String id) {
        JsonObject json = new JsonObject();
        json.addProperty("id", id);
        return json;
    }
}
