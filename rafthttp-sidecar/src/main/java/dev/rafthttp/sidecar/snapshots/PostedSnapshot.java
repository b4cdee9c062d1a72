package dev.rafthttp.sidecar.snapshots;

import com.google.gson.JsonObject;
import dev.rafthttp.ArrivingDatabase;
import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.MemberId;
import dev.rafthttp.NoRoomException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.events.NodeEvents;
import dev.rafthttp.sidecar.http.BodyType;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.http.RefusalLog;
import dev.rafthttp.sidecar.http.RefusedBody;
import dev.rafthttp.sidecar.http.RefusedRequestException;
import dev.rafthttp.sidecar.messages.FrameBatch;
import dev.rafthttp.sidecar.messages.FramingMistake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of one {@code POST /v1/snapshots}: a frame with the message, and then the database, which this stream is.
 *
 * <p>Message and database are read as they arrive. No thread waits for the node meanwhile. The node is answered when the sending has
 * ended, or before, when all has been read: what becomes of the snapshot then comes as an event.
 *
 * <p>One thread at a time reads. Any thread may end the request, and may do so while another one reads.
 */
final class PostedSnapshot extends ArrivingDatabase implements FrameDecoder.FrameSink {
    private static final Logger LOG = LoggerFactory.getLogger(PostedSnapshot.class);

    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final NodeEvents events;
    private final BiConsumer<Message, PostedSnapshot> sender;
    private final MessageDecoder decoder;
    private final FramingMistake mistake = new FramingMistake();
    private final ByteBuffer length = ByteBuffer.allocate(Long.BYTES);
    private @Nullable Message message;

    /** Whether the chunk in which the message ended is {@link #left}. Of the thread that reads the message. */
    private boolean kept;

    private String id = "";
    private JsonObject progress = new JsonObject();
    private long read;
    private long toldNanos;

    private MemberId peer = new MemberId(1);

    // Guarded by this.
    private boolean answered;
    private boolean over;

    /** What has arrived of the database and has not been read: at first what came with the message. */
    private Content.@Nullable Chunk left;

    /** Run when more has arrived; null unless Jetty has been asked for more. */
    private @Nullable Runnable arrived;

    /**
     * @param decoder of the message; closed when the message is whole, or will not be
     * @param sender takes the message, and this with the database behind it
     */
    PostedSnapshot(
            Request request,
            Response response,
            Callback callback,
            NodeEvents events,
            MessageDecoder decoder,
            BiConsumer<Message, PostedSnapshot> sender) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.events = events;
        this.decoder = decoder;
        this.sender = sender;
    }

    /** Reads the message, and gives it to the sender; or refuses the request. */
    void begin() {
        try {
            BodyType.check(request, FrameBatch.CONTENT_TYPE);
        } catch (RefusedRequestException e) {
            refuse(Json.statusOf(e), String.valueOf(e.getMessage()));
            return;
        }
        readMessage();
    }

    private void readMessage() {
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(this::readMessage);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                if (Content.Chunk.isFailure(chunk, true)) {
                    decoder.close();
                    RefusedBody.unreadable(
                            request, response, callback, chunk.getFailure(), decoder.offset(), Json::errorOf);
                    return;
                }
                // It has been idle for long, which costs nothing but its connection.
                continue;
            }
            try {
                if (!takes(chunk)) {
                    return;
                }
            } catch (RuntimeException | Error e) {
                // Jetty would log it, and leave the request as it is.
                release();
                decoder.close();
                callback.failed(e);
                LOG.error("a request ends by an error: {} {}", request.getMethod(), request.getHttpURI(), e);
                return;
            } finally {
                if (!kept) {
                    chunk.release();
                }
            }
        }
    }

    /** Reads what has arrived; false if that is all there is to do here. */
    private boolean takes(Content.Chunk chunk) {
        ByteBuffer arrived = chunk.getByteBuffer();
        mistake.look(arrived);
        try {
            decode(arrived);
        } catch (FrameTooLargeException e) {
            refuseFrame(HttpStatus.PAYLOAD_TOO_LARGE_413, e.getMessage());
            return false;
        } catch (CorruptFrameException | IllegalArgumentException e) {
            refuseFrame(HttpStatus.BAD_REQUEST_400, e.getMessage());
            return false;
        } catch (OutOfMemoryError | NoRoomException e) {
            decoder.close();
            busy("the message has no room in the heap of "
                    + Runtime.getRuntime().maxMemory() + " bytes: expected a smaller one, or it again later");
            LOG.warn("no room in the heap for the message of a snapshot of the node's: {}", e.getMessage());
            return false;
        }
        Message whole = message;
        if (whole != null) {
            kept = true;
            decoder.close();
            keep(chunk);
            sender.accept(whole, this);
            return false;
        }
        if (chunk.isLast()) {
            refuseFrame(
                    HttpStatus.BAD_REQUEST_400,
                    "the body ends at offset " + decoder.offset() + ", within its first frame:"
                            + " expected a u64 length, big-endian, a Message of type MsgSnap, and the database");
            return false;
        }
        return true;
    }

    /** Gives the decoder the first frame, and nothing of the database. */
    private void decode(ByteBuffer arrived) {
        while (arrived.hasRemaining() && message == null) {
            boolean isInLength = length.hasRemaining();
            long wanted = isInLength ? length.remaining() : Long.BYTES + length.getLong(0) - decoder.offset();
            int count = (int) Math.min(wanted, arrived.remaining());
            ByteBuffer some = arrived.slice(arrived.position(), count);
            arrived.position(arrived.position() + count);
            if (isInLength) {
                length.put(some.duplicate());
            }
            decoder.decode(some, this);
        }
    }

    private void refuseFrame(int status, @Nullable String error) {
        Optional<String> recognized = mistake.recognized();
        if (recognized.isPresent()) {
            refuse(HttpStatus.BAD_REQUEST_400, "no frame at offset 0: " + recognized.get() + ", and then the database");
        } else {
            boolean isLength = status == HttpStatus.PAYLOAD_TOO_LARGE_413;
            refuse(
                    status,
                    error + (isLength ? mistake.reversed().map("; "::concat).orElse("") : ""));
        }
    }

    @Override
    public boolean message(Message first, int encodedBytes) {
        message = first;
        return true;
    }

    @Override
    public void linkHeartbeat() {
        throw new IllegalArgumentException("the message at offset 0 is a link heartbeat: expected a MsgSnap");
    }

    /** How long the database is, if the request says how long its body is; else -1. */
    long databaseBytes() {
        return request.getLength() < 0 ? -1 : request.getLength() - decoder.offset();
    }

    /** From now on the database is read. */
    void sending(String snapshot, MemberId to) {
        id = snapshot;
        peer = to;
        progress = SnapshotsApi.id(id);
        progress.addProperty("peer", peer.toString());
        toldNanos = System.nanoTime();
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        int count = read(one, 0, 1);
        return count < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int count = take(buffer, offset, length);
        if (count < 0) {
            answer(HttpStatus.ACCEPTED_202, SnapshotsApi.id(id));
        } else {
            read += count;
            long now = System.nanoTime();
            if (now - toldNanos >= PROGRESS_NANOS) {
                toldNanos = now;
                events.snapshotSending(id, progress("sending"));
            }
        }
        return count;
    }

    private synchronized void keep(Content.Chunk chunk) {
        left = chunk;
    }

    @Override
    public boolean isReadable(Runnable ready) {
        synchronized (this) {
            if (answered || hasLeft()) {
                return true;
            }
            arrived = ready;
        }
        request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, this::arrived));
        return false;
    }

    private void arrived() {
        Runnable ready;
        synchronized (this) {
            ready = arrived;
            arrived = null;
        }
        if (ready != null) {
            ready.run();
        }
    }

    /** Whether there are bytes to read, or the end, or a failure. */
    private boolean hasLeft() {
        while (true) {
            Content.Chunk chunk = left;
            if (chunk == null) {
                chunk = request.read();
                left = chunk;
                if (chunk == null) {
                    return false;
                }
            }
            if (chunk.hasRemaining() || chunk.isLast() || Content.Chunk.isFailure(chunk)) {
                return true;
            }
            release();
        }
    }

    private synchronized void release() {
        Content.Chunk chunk = left;
        left = null;
        if (chunk != null) {
            chunk.release();
        }
    }

    /** Takes what has arrived; -1 at the end. */
    private synchronized int take(byte[] buffer, int offset, int length) throws IOException {
        if (answered) {
            throw new IOException("the request has been answered");
        }
        if (!hasLeft()) {
            throw new IOException("nothing has arrived: expected a read after isReadable");
        }
        Content.Chunk chunk = Objects.requireNonNull(left);
        if (Content.Chunk.isFailure(chunk)) {
            throw new IOException("the database cannot be read: " + chunk.getFailure(), chunk.getFailure());
        }
        if (!chunk.hasRemaining()) {
            return -1;
        }
        return chunk.get(buffer, offset, length);
    }

    private JsonObject progress(String state) {
        JsonObject data = progress.deepCopy();
        data.addProperty("state", state);
        data.addProperty("bytes", read);
        return data;
    }

    /** Says what became of it; by the thread that ended it, when nothing is read any more. */
    void ended(@Nullable Throwable failure) {
        if (!isFirstEnd()) {
            return;
        }
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        if (cause == null) {
            events.snapshotEnded(id, progress("finished"));
            answer(HttpStatus.ACCEPTED_202, SnapshotsApi.id(id));
        } else {
            failed(String.valueOf(cause.getMessage()));
        }
    }

    /** Says that it failed, before the transport, which is closed next, can. */
    void giveUp() {
        if (isFirstEnd()) {
            events.snapshot(peer, SnapshotStatus.FAILURE);
            failed("the sidecar was told to stop, and it took longer than --shutdown-grace");
        }
    }

    private synchronized boolean isFirstEnd() {
        boolean isFirst = !over;
        over = true;
        return isFirst;
    }

    private void failed(String reason) {
        JsonObject data = progress("failed");
        data.addProperty("error", reason);
        events.snapshotEnded(id, data);
        JsonObject error = SnapshotsApi.id(id);
        error.addProperty("error", "the snapshot was not sent: " + reason);
        answer(HttpStatus.BAD_GATEWAY_502, error);
    }

    void refuse(int status, String error) {
        RefusalLog.refused(request, status, error);
        answer(status, Json.errorOf(error));
    }

    /** Refuses the request for now. */
    void busy(String error) {
        response.getHeaders().put(HttpHeader.RETRY_AFTER, 1L);
        refuse(HttpStatus.SERVICE_UNAVAILABLE_503, error);
    }

    private void answer(int status, JsonObject json) {
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
            decoder.close();
            release();
        }
        if (status == HttpStatus.ACCEPTED_202) {
            Json.answer(response, callback, status, json);
        } else {
            Callback rest = RefusedBody.lingering(request, response, callback);
            Json.answer(response, Callback.from(() -> afterDemand(rest::succeeded), rest::failed), status, json);
        }
    }

    /** Runs a task that may ask Jetty for more: when Jetty has answered the question before, if there is one. */
    private void afterDemand(Runnable task) {
        synchronized (this) {
            if (arrived != null) {
                arrived = task;
                return;
            }
        }
        task.run();
    }
}
