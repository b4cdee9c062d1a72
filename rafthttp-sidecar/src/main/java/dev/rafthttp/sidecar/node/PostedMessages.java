package dev.rafthttp.sidecar.node;

import com.google.gson.JsonObject;
import dev.rafthttp.raftpb.Message;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * The account of one {@code POST /v1/messages}, and its answer. Belongs to the thread that reads the body.
 *
 * <p>A message to a member that has been removed is dropped like one whose lane is full: Raft may have had it under way. One to
 * a member that was never there, or from another than this one, is a mistake of the node's and ends the request.
 */
final class PostedMessages {
    private final Outgoing outgoing;
    private final Request request;
    private final Response response;
    private final Callback callback;
    private long accepted;
    private long dropped;

    PostedMessages(Outgoing outgoing, Request request, Response response, Callback callback) {
        this.outgoing = outgoing;
        this.request = request;
        this.response = response;
        this.callback = callback;
    }

    /**
     * Sends one.
     *
     * @param offset where it stands in the body, for the error
     * @throws IllegalArgumentException if it is none of this node's, or for nobody
     */
    void send(Message message, long offset) {
        if (outgoing.send(message, offset)) {
            accepted++;
        } else {
            dropped++;
        }
    }

    /** Whether the sidecar is closing, and the request should end where it is. */
    boolean isClosing() {
        return outgoing.isClosing();
    }

    /** Answers with the account. */
    void answer() {
        Json.answer(response, callback, HttpStatus.OK_200, counts());
    }

    /** Answers with the account before the body is over. */
    void answerEarly() {
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        Json.answer(response, rest(), HttpStatus.OK_200, counts());
    }

    /** Answers with an error and, since what came before it has been sent, with the account. */
    void refuse(int status, String error) {
        JsonObject json = new JsonObject();
        json.addProperty("error", error);
        counts().entrySet().forEach(count -> json.add(count.getKey(), count.getValue()));
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        Json.answer(response, rest(), status, json);
    }

    private Callback rest() {
        return Callback.from(() -> RefusedBody.discard(request, callback), callback::failed);
    }

    /** The connection is lost. */
    void failed(Throwable cause) {
        callback.failed(cause);
    }

    private JsonObject counts() {
        JsonObject json = new JsonObject();
        json.addProperty("accepted", accepted);
        json.addProperty("dropped", dropped);
        return json;
    }
}
