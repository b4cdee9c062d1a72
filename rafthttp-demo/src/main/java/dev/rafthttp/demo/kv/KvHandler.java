package dev.rafthttp.demo.kv;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import dev.rafthttp.MemberId;
import dev.rafthttp.microraft.MemberEndpoint;
import io.microraft.RaftEndpoint;
import io.microraft.exception.IndeterminateStateException;
import io.microraft.exception.NotLeaderException;
import io.microraft.exception.RaftException;
import java.net.URI;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code PUT} and {@code GET /kv/{key}}, and {@code GET /kv/}, at one member.
 *
 * <p>{@code PUT} takes the body as the value and answers 204 once it is committed; 307 to the leader if this member is not;
 * 503 if there is no leader, or if it is not known whether the write will be committed. {@code GET} answers the member's own copy,
 * which may be behind the leader's: 200 or 404. Without a key it answers the whole of it, as JSON.
 */
final class KvHandler extends Handler.Abstract {
    private static final long COMMIT_TIMEOUT_SECONDS = 5;

    private final KvNode node;
    private final Map<MemberId, URI> kvUrls;

    /** @param kvUrls where each member serves its keys */
    KvHandler(KvNode node, Map<MemberId, URI> kvUrls) {
        this.node = node;
        this.kvUrls = kvUrls;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = request.getHttpURI().getDecodedPath();
        if (path == null || !path.startsWith(KvServer.KEYS_PATH)) {
            return false;
        }
        String key = path.substring(KvServer.KEYS_PATH.length());
        if (key.isEmpty()) {
            if (HttpMethod.GET.is(request.getMethod())) {
                Json.answer(response, callback, HttpStatus.OK_200, json(node.replica()));
            } else {
                response.getHeaders().put(HttpHeader.ALLOW, "GET");
                answer(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "only GET is answered without a key");
            }
        } else if (HttpMethod.PUT.is(request.getMethod())) {
            ValueBody.read(request, response, callback, value -> put(key, value, request, response, callback));
        } else if (HttpMethod.GET.is(request.getMethod())) {
            get(key, response, callback);
        } else {
            response.getHeaders().put(HttpHeader.ALLOW, "GET, PUT");
            answer(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "only GET and PUT are answered here");
        }
        return true;
    }

    private void put(String key, ByteString value, Request request, Response response, Callback callback) {
        node.put(key, value).orTimeout(COMMIT_TIMEOUT_SECONDS, TimeUnit.SECONDS).whenComplete((replaced, failure) -> {
            if (failure == null) {
                response.setStatus(HttpStatus.NO_CONTENT_204);
                callback.succeeded();
            } else {
                fail(request, response, callback, failure);
            }
        });
    }

    private void get(String key, Response response, Callback callback) {
        Optional<ByteString> value = node.get(key);
        if (value.isEmpty()) {
            answer(response, callback, HttpStatus.NOT_FOUND_404, "no such key: " + key);
        } else {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/octet-stream");
            response.write(true, value.get().asReadOnlyByteBuffer(), callback);
        }
    }

    private static JsonObject json(Replica replica) {
        JsonObject entries = new JsonObject();
        replica.entries()
                .forEach((key, value) ->
                        entries.addProperty(key, Base64.getEncoder().encodeToString(value.toByteArray())));
        JsonObject json = new JsonObject();
        json.addProperty("appliedIndex", replica.appliedIndex());
        json.add("entries", entries);
        return json;
    }

    private void fail(Request request, Response response, Callback callback, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof NotLeaderException notLeader) {
            redirect(request, response, callback, notLeader.getLeader());
        } else if (cause instanceof IndeterminateStateException || cause instanceof TimeoutException) {
            answer(
                    response,
                    callback,
                    HttpStatus.SERVICE_UNAVAILABLE_503,
                    "not known whether this will be committed; write it again");
        } else if (cause instanceof RaftException
                || cause instanceof RejectedExecutionException
                || cause instanceof IllegalStateException) {
            answer(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, cause.toString());
        } else {
            Response.writeError(request, response, callback, cause);
        }
    }

    private void redirect(Request request, Response response, Callback callback, @Nullable RaftEndpoint leader) {
        Optional<URI> url = leader instanceof MemberEndpoint member
                ? Optional.ofNullable(kvUrls.get(member.id()))
                : Optional.empty();
        if (url.isEmpty()) {
            answer(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "no member leads now");
            return;
        }
        response.getHeaders()
                .put(HttpHeader.LOCATION, url.get() + request.getHttpURI().getPath());
        answer(
                response,
                callback,
                HttpStatus.TEMPORARY_REDIRECT_307,
                "member " + node.id() + " does not lead, member " + leader + " does");
    }

    private static void answer(Response response, Callback callback, int status, String text) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        Content.Sink.write(response, true, text + "\n", callback);
    }
}
