package dev.rafthttp.sidecar.http;

import com.google.gson.JsonObject;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.options.Version;
import dev.rafthttp.sidecar.json.Documents;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Answers requests with JSON. */
public final class Json {
    private Json() {}

    private record Ok(boolean ok) {}

    private record Versions(String etcdserver, String etcdcluster, String rafthttp) {}

    /**
     * Answers {@code GET} and {@code HEAD}, and refuses other methods.
     *
     * @param document as {@link Documents} has it
     */
    public static void get(Request request, Response response, Callback callback, Object document) {
        if (isAllowed(request, response, callback, "GET", "HEAD")) {
            answer(response, callback, HttpStatus.OK_200, document);
        }
    }

    /** The document that says that all is well. */
    public static Object ok() {
        return new Ok(true);
    }

    /**
     * The answer to {@code GET /version}: what peers are told in etcd's form, and our own version.
     *
     * @param transport from which peers learn the versions of etcd
     */
    public static Object version(TransportConfig transport) {
        return new Versions(
                transport.serverVersion().toString(),
                transport.minClusterVersion().toString(),
                Version.text());
    }

    /** Answers with a document. */
    public static void answer(Response response, Callback callback, int status, Object document) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        Content.Sink.write(response, true, Documents.text(document), callback);
    }

    /** {@code {"error": "…"}}, which says the value and what is expected. */
    public static JsonObject errorOf(@Nullable String message) {
        JsonObject error = new JsonObject();
        error.addProperty("error", message);
        return error;
    }

    /** Answers with an error, when the body, if there is one, has been read. */
    public static void error(Response response, Callback callback, int status, @Nullable String message) {
        answer(response, callback, status, errorOf(message));
    }

    /** The status of the answer to a request that fails by an exception of this package, or by a wrong value. */
    public static int statusOf(RuntimeException failure) {
        if (failure instanceof RefusedRequestException refused) {
            return refused.status();
        }
        if (failure instanceof CannotListenException) {
            return HttpStatus.CONFLICT_409;
        }
        return failure instanceof IllegalArgumentException
                ? HttpStatus.BAD_REQUEST_400
                : HttpStatus.INTERNAL_SERVER_ERROR_500;
    }

    /** Whether a request has one of these methods. Answers a request that has another one. */
    public static boolean isAllowed(Request request, Response response, Callback callback, String... methods) {
        List<String> allowed = List.of(methods);
        if (allowed.contains(request.getMethod())) {
            return true;
        }
        String all = String.join(", ", allowed);
        response.getHeaders().put(HttpHeader.ALLOW, all);
        RefusedBody.answer(
                request,
                response,
                callback,
                HttpStatus.METHOD_NOT_ALLOWED_405,
                errorOf("method " + request.getMethod() + ": expected " + all));
        return false;
    }

    /**
     * Begins an answer that lasts as long as its connection.
     *
     * @return false if the request is a HEAD, which has been answered
     */
    public static boolean begins(Request request, Response response, Callback callback, String type) {
        response.setStatus(HttpStatus.OK_200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (HttpMethod.HEAD.is(request.getMethod())) {
            callback.succeeded();
            return false;
        }
        return true;
    }
}
