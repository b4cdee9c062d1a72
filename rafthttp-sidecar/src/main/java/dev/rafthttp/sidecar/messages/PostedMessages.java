package dev.rafthttp.sidecar.messages;

import com.google.gson.JsonObject;
import dev.rafthttp.DropReason;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.LogLimiter;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.http.RefusedBody;
import dev.rafthttp.sidecar.json.Documents;
import java.util.Optional;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The account of one {@code POST /v1/messages}, and its answer. Belongs to the thread that reads the body.
 *
 * <p>A message that may not be sent, or whose peer is not known, is dropped like a message whose lane is full, and the body goes on.
 * Bytes that are no message end the body, because nothing tells where the next message begins.
 */
public final class PostedMessages {
    private static final Logger LOG = LoggerFactory.getLogger(PostedMessages.class);

    private static final LogLimiter SHORTAGES = new LogLimiter(System::nanoTime);

    private final Outgoing outgoing;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private long accepted;
    private long dropped;

    private record Account(Optional<String> error, long accepted, long dropped) {}

    public PostedMessages(Outgoing outgoing, Request request, Response response, Callback callback) {
        this.outgoing = outgoing;
        this.request = request;
        this.response = response;
        this.callback = callback;
    }

    /**
     * Sends a message.
     *
     * @param offset where it stands in the body, for the error
     * @throws IllegalArgumentException if it is of zero bytes, and so none
     */
    void send(Message message, long offset) {
        if (message.getSerializedSize() == 0) {
            throw new IllegalArgumentException(
                    "no message: the one at offset " + offset + " has zero bytes, and not even a type");
        }
        @Nullable DropReason reason = outgoing.check(message);
        if (reason != null) {
            drop(reason, message);
        } else if (outgoing.send(message)) {
            accepted++;
        } else {
            dropped++;
        }
    }

    /** Decodes the body, if it is frames. Close it. */
    MessageDecoder newDecoder() {
        return outgoing.newDecoder();
    }

    /** Counts a message that may not be sent. */
    void drop(DropReason reason, Message message) {
        dropped++;
        outgoing.unsent().add(reason, message, request.getComponents().getScheduler());
    }

    /** Whether the sidecar is closing, and the request should end where it is. */
    boolean isClosing() {
        return outgoing.isClosing();
    }

    /** Answers with the account. */
    void answer() {
        Json.answer(response, callback, HttpStatus.OK_200, counts());
    }

    /** Answers with the account before the end of the body. */
    void answerEarly() {
        RefusedBody.answer(request, response, callback, HttpStatus.OK_200, counts());
    }

    /** Answers with an error and, since what came before it has been sent, with the account. */
    public void refuse(int status, String error) {
        RefusedBody.refuse(request, response, callback, status, withCounts(error));
    }

    private JsonObject withCounts(String error) {
        return Documents.object(new Account(Optional.of(error), accepted, dropped));
    }

    /**
     * Answers that there is no room for a message. What was collected of it has been let go.
     *
     * @param cause the heap has none, or {@link dev.rafthttp.NoRoomException}
     */
    void refuseForMemory(long offset, Throwable cause) {
        long suppressed = SHORTAGES.acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "no room in the heap of {} bytes for the node's message at offset {}: {}; {} more since the last such"
                            + " line",
                    Runtime.getRuntime().maxMemory(),
                    offset,
                    cause.getMessage(),
                    suppressed);
        }
        refuse(
                HttpStatus.SERVICE_UNAVAILABLE_503,
                "the message at offset " + offset + " has no room in the heap of "
                        + Runtime.getRuntime().maxMemory() + " bytes: expected a smaller one, or it again later");
    }

    /**
     * Nothing more can be read.
     *
     * @param offset up to which the body has been read
     */
    void failed(Throwable cause, long offset) {
        RefusedBody.unreadable(request, response, callback, cause, offset, this::withCounts);
    }

    private JsonObject counts() {
        return Documents.object(new Account(Optional.empty(), accepted, dropped));
    }
}
