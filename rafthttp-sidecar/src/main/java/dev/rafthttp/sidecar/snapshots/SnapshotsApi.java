package dev.rafthttp.sidecar.snapshots;

import com.google.gson.JsonObject;
import dev.rafthttp.DropReason;
import dev.rafthttp.MemberId;
import dev.rafthttp.MessageSender;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.SnapshotMetadata;
import dev.rafthttp.sidecar.events.NodeEvents;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.http.JsonErrors;
import dev.rafthttp.sidecar.json.MessageText;
import dev.rafthttp.sidecar.messages.Outgoing;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.ResourceService;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.jspecify.annotations.Nullable;

/**
 * {@code /v1/snapshots}: sends a snapshot of the node's with its database, and gives the node the databases that came from
 * peers, in whole or in ranges.
 */
public final class SnapshotsApi extends Handler.Abstract {
    static final String PATH = "/v1/snapshots";

    /** How many databases may be on their way from the node at once: as many as may be on their way to one peer. */
    static final int MAX_SENDING = Peer.MAX_SNAPSHOTS;

    /** Unsigned decimal numbers without padding, as in a message's JSON. */
    private static final Pattern NAME = Pattern.compile(PATH + "/(0|[1-9][0-9]{0,19})-(0|[1-9][0-9]{0,19})");

    private final MessageSender transport;
    private final Outgoing outgoing;
    private final NodeEvents events;
    private final ReceivedDatabases databases;
    private final ResourceService files = new ResourceService();
    private final Semaphore sending = new Semaphore(MAX_SENDING);
    private final Set<PostedSnapshot> underWay = ConcurrentHashMap.newKeySet();

    /** @param databases those that came */
    public SnapshotsApi(MessageSender transport, Outgoing outgoing, NodeEvents events, ReceivedDatabases databases) {
        this.transport = transport;
        this.outgoing = outgoing;
        this.events = events;
        this.databases = databases;
        files.setAcceptRanges(true);
        files.setEtags(true);
        installBean(files);
    }

    /** How many snapshots of the node are being sent. */
    public int underWay() {
        return underWay.size();
    }

    /** Tells the node that the snapshots which are still being sent have failed, since the sidecar ends. */
    public void giveUp() {
        underWay.forEach(PostedSnapshot::giveUp);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (path.equals(PATH)) {
            if (Json.isAllowed(request, response, callback, "POST")) {
                new PostedSnapshot(request, response, callback, events, outgoing.newDecoder(), this::send).begin();
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
                    Long.parseUnsignedLong(name.group(1)),
                    Long.parseUnsignedLong(name.group(2)),
                    request,
                    response,
                    callback);
        } catch (NumberFormatException e) {
            Json.error(response, callback, HttpStatus.BAD_REQUEST_400, path + ": expected numbers below 2^64");
        }
        return true;
    }

    private void one(long term, long index, Request request, Response response, Callback callback) throws IOException {
        if (HttpMethod.DELETE.is(request.getMethod())) {
            if (databases.delete(term, index)) {
                response.setStatus(HttpStatus.NO_CONTENT_204);
                callback.succeeded();
            } else {
                unknown(request, response, callback);
            }
        } else {
            give(databases.path(term, index), request, response, callback);
        }
    }

    private void give(Path path, Request request, Response response, Callback callback) throws IOException {
        OpenDatabase database;
        try {
            database = OpenDatabase.open(
                    path,
                    ResourceFactory.of(this).newResource(path),
                    request.getComponents().getByteBufferPool());
        } catch (NoSuchFileException e) {
            unknown(request, response, callback);
            return;
        }
        request.setAttribute(JsonErrors.LENGTH, database.getContentLengthValue());
        Callback closing = Callback.from(callback, database::close);
        if (isKnown(request, database)) {
            response.setStatus(HttpStatus.NOT_MODIFIED_304);
            response.getHeaders().put(database.getETag());
            response.getHeaders().put(database.getLastModified());
            response.getHeaders().put(database.getContentLength());
            response.write(true, BufferUtil.EMPTY_BUFFER, closing);
            return;
        }
        files.doGet(new OneRange(request, database), response, closing, database);
    }

    /** Whether the asker has it, by If-None-Match. */
    private static boolean isKnown(Request request, OpenDatabase database) {
        String tag = database.getETag().getValue();
        return request.getHeaders().getCSV(HttpHeader.IF_NONE_MATCH, true).stream()
                .anyMatch(known -> known.equals("*") || known.equals(tag) || known.equals("W/" + tag));
    }

    private static void unknown(Request request, Response response, Callback callback) {
        Json.error(
                response,
                callback,
                HttpStatus.NOT_FOUND_404,
                "there is no database " + Request.getPathInContext(request)
                        + ": expected the term and index of a MsgSnap that came, and was not deleted since");
    }

    /**
     * Without a Range that is to be answered with the whole: of another database, by If-Range, which Jetty does not look at; or
     * of several, for each of which Jetty would open the file again.
     */
    private static final class OneRange extends Request.Wrapper {
        private final HttpFields headers;

        OneRange(Request request, OpenDatabase database) {
            super(request);
            String range = request.getHeaders().get(HttpHeader.RANGE);
            String ifRange = request.getHeaders().get(HttpHeader.IF_RANGE);
            boolean isOfAnother =
                    ifRange != null && !ifRange.equals(database.getETag().getValue());
            headers = range != null && (isOfAnother || range.contains(","))
                    ? HttpFields.build(request.getHeaders()).remove(HttpHeader.RANGE)
                    : request.getHeaders();
        }

        @Override
        public HttpFields getHeaders() {
            return headers;
        }
    }

    /** Lets the transport read a database whose message is there; the answer comes when it has. */
    private void send(Message message, PostedSnapshot posted) {
        if (message.getType() != MessageType.MsgSnap || !message.hasSnapshot()) {
            posted.refuse(
                    HttpStatus.BAD_REQUEST_400,
                    "the message at offset 0 is a " + MessageText.type(message)
                            + ": expected a MsgSnap with a snapshot");
            return;
        }
        @Nullable DropReason reason = outgoing.check(message);
        if (reason != null) {
            posted.refuse(
                    reason == DropReason.UNKNOWN_PEER ? HttpStatus.NOT_FOUND_404 : HttpStatus.BAD_REQUEST_400,
                    "the message at offset 0 is from " + hex(message.getFrom()) + " to " + hex(message.getTo()) + ": "
                            + reason.label() + ", expected this member as from, and one of GET /v1/peers as to");
            return;
        }
        if (outgoing.isClosing()) {
            posted.busy("the sidecar is closing: expected no more snapshots");
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
        underWay.add(posted);
        try {
            outgoing.sending(message);
            transport.sendSnapshot(message, posted, posted.databaseBytes()).whenComplete((done, failure) -> {
                sending.release();
                try {
                    posted.ended(failure);
                } finally {
                    underWay.remove(posted);
                }
            });
        } catch (RuntimeException | Error e) {
            sending.release();
            underWay.remove(posted);
            throw e;
        }
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
