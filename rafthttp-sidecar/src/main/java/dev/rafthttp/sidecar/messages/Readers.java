package dev.rafthttp.sidecar.messages;

import dev.rafthttp.sidecar.http.Accepted;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.json.MessageJson;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reader of {@code GET /v1/messages}: one at a time, the newest. Any thread.
 *
 * <p>The inbox has one consumer for good, which is this; {@link #current} alone says which reader is signalled. So a reader that
 * comes while another one goes cannot be attached without being signalled. A thread that brings a message first puts it into the
 * inbox, and then reads {@link #current}. A new reader is first made current, and then looks into the inbox, when its head is
 * written. One of the two therefore sees the other.
 */
public final class Readers implements NodeLink, NodeInbox.Consumer {
    private static final Logger LOG = LoggerFactory.getLogger(Readers.class);

    private final NodeInbox inbox;
    private final AtomicReference<@Nullable NodeReader> current = new AtomicReference<>();

    public Readers(NodeInbox inbox) {
        this.inbox = inbox;
    }

    @Override
    public void start() {
        inbox.consumer(this);
    }

    @Override
    public void signal() {
        NodeReader reader = current.get();
        if (reader != null) {
            reader.signal();
        }
    }

    /** Lets a request read. It replaces the reader before it. */
    @Override
    public void read(Request request, Response response, Callback callback) {
        Optional<String> type = Accepted.of(request, FrameBatch.CONTENT_TYPE, MessageJson.CONTENT_TYPE);
        if (type.isEmpty()) {
            Json.error(
                    response,
                    callback,
                    HttpStatus.NOT_ACCEPTABLE_406,
                    "Accept " + request.getHeaders().get(HttpHeader.ACCEPT) + ": expected " + FrameBatch.CONTENT_TYPE
                            + " or " + MessageJson.CONTENT_TYPE);
            return;
        }
        if (!Json.begins(request, response, callback, type.get())) {
            return;
        }
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        MessageBatch batch = type.get().equals(FrameBatch.CONTENT_TYPE) ? new FrameBatch() : new JsonBatch();
        // Its connection ends with it, which is also how a reader that was replaced is told.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        NodeReader reader = new NodeReader(
                inbox,
                batch,
                response,
                callback,
                connection,
                request.getComponents().getExecutor(),
                this::close);
        request.addIdleTimeoutListener(ignored -> false);
        NodeReader before = current.getAndSet(reader);
        if (before != null) {
            LOG.info("a newer reader, at {}, takes over", connection.getRemoteSocketAddress());
            before.close();
        }
        reader.open();
    }

    private void close(NodeReader reader) {
        // A newer reader stays.
        current.compareAndSet(reader, null);
        reader.close();
    }

    @Override
    public boolean isAttached() {
        return current.get() != null;
    }

    @Override
    public String expected() {
        return "a reader of GET /v1/messages";
    }

    @Override
    public boolean isIdle() {
        NodeReader reader = current.get();
        return reader == null || reader.isIdle();
    }

    /** Ends the reader. */
    @Override
    public void close() {
        NodeReader reader = current.get();
        if (reader != null) {
            close(reader);
        }
    }
}
