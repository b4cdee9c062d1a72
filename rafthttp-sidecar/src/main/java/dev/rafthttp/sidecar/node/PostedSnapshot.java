package dev.rafthttp.sidecar.node;

import com.google.gson.JsonObject;
import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.MemberId;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.decode.FirstFrame;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The body of one {@code POST /v1/snapshots}: a frame with the message, and then the database, which this stream is.
 *
 * <p>Read by one thread at a time. The node is answered when the sending has ended, or before, when all has been read: what
 * becomes of the snapshot then comes as an event.
 */
final class PostedSnapshot extends InputStream {
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final EventLog events;
    private final InputStream body;
    private String id = "";
    private JsonObject progress = new JsonObject();
    private long messageBytes;
    private long read;
    private long toldNanos;

    // Guarded by this.
    private boolean answered;

    PostedSnapshot(Request request, Response response, Callback callback, EventLog events) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.events = events;
        this.body = Content.Source.asInputStream(request);
    }

    /**
     * Reads the frame; blocks until it is there.
     *
     * @throws FrameTooLargeException if it is announced above the limit of a message
     * @throws IllegalArgumentException if it is no message
     * @throws CorruptFrameException likewise
     * @throws IOException if the connection is lost
     */
    Message readMessage() throws IOException {
        MessageDecoder decoder = new MessageDecoder(FrameLimits.DEFAULT);
        OneMessage first = new OneMessage();
        FirstFrame.read(body, decoder, first);
        Message message = first.message;
        if (message == null) {
            throw new IllegalArgumentException(
                    "the body ends at offset " + decoder.offset() + ", within its first frame:"
                            + " expected a u64 length, big-endian, a Message of type MsgSnap, and the database");
        }
        messageBytes = decoder.offset();
        return message;
    }

    private static final class OneMessage implements FrameDecoder.FrameSink {
        private @Nullable Message message;

        @Override
        public void message(Message only, int encodedBytes) {
            message = only;
        }

        @Override
        public void linkHeartbeat() {
            throw new IllegalArgumentException("the message at offset 0 is a link heartbeat: expected a MsgSnap");
        }
    }

    /** How long the database is, if the request says how long its body is; else -1. */
    long databaseBytes() {
        return request.getLength() < 0 ? -1 : request.getLength() - messageBytes;
    }

    /** From now on the database is read. */
    void begin(String snapshot, MemberId peer) {
        id = snapshot;
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
        int count = body.read(buffer, offset, length);
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

    private JsonObject progress(String state) {
        JsonObject data = progress.deepCopy();
        data.addProperty("state", state);
        data.addProperty("bytes", read);
        return data;
    }

    /** Says what became of it; by whichever thread ended it, when nothing is read any more. */
    void ended(@Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        if (cause == null) {
            events.snapshotEnded(id, progress("finished"));
            answer(HttpStatus.ACCEPTED_202, SnapshotsApi.id(id));
        } else {
            progress.addProperty("error", String.valueOf(cause.getMessage()));
            events.snapshotEnded(id, progress("failed"));
            JsonObject error = SnapshotsApi.id(id);
            error.addProperty("error", "the snapshot was not sent: " + cause.getMessage());
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            answer(HttpStatus.BAD_GATEWAY_502, error);
        }
    }

    void refuse(int status, String error) {
        JsonObject json = new JsonObject();
        json.addProperty("error", error);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        answer(status, json);
    }

    private void answer(int status, JsonObject json) {
        synchronized (this) {
            if (answered) {
                return;
            }
            answered = true;
        }
        Json.answer(
                response,
                status == HttpStatus.ACCEPTED_202
                        ? callback
                        : Callback.from(() -> RefusedBody.discard(request, callback), callback::failed),
                status,
                json);
    }
}
