package dev.rafthttp.sidecar.http;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.options.Version;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** How the API answers. */
public final class Json {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private Json() {}

    /** Answers {@code GET} and {@code HEAD} with an element, and nothing else. */
    public static void get(Request request, Response response, Callback callback, JsonElement element) {
        if (isAllowed(request, response, callback, "GET", "HEAD")) {
            answer(response, callback, HttpStatus.OK_200, element);
        }
    }

    /** What says that all is well. */
    public static JsonObject ok() {
        JsonObject ok = new JsonObject();
        ok.addProperty("ok", true);
        return ok;
    }

    /**
     * The answer to {@code GET /version}: what peers are told in etcd's form, and our own version.
     *
     * @param transport from which peers learn the versions of etcd
     */
    public static JsonObject version(TransportConfig transport) {
        JsonObject version = new JsonObject();
        version.addProperty("etcdserver", transport.serverVersion().toString());
        version.addProperty("etcdcluster", transport.minClusterVersion().toString());
        version.addProperty("rafthttp", Version.text());
        return version;
    }

    /** Answers with an element. */
    public static void answer(Response response, Callback callback, int status, JsonElement element) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        Content.Sink.write(response, true, GSON.toJson(element) + "\n", callback);
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
        if (failure instanceof BodyTooLargeException) {
            return HttpStatus.PAYLOAD_TOO_LARGE_413;
        }
        if (failure instanceof UnsupportedBodyException) {
            return HttpStatus.UNSUPPORTED_MEDIA_TYPE_415;
        }
        if (failure instanceof CannotListenException || failure instanceof ImpossiblePeerException) {
            return HttpStatus.CONFLICT_409;
        }
        return failure instanceof IllegalArgumentException
                ? HttpStatus.BAD_REQUEST_400
                : HttpStatus.INTERNAL_SERVER_ERROR_500;
    }

    /** Whether a request is of one of these methods; one that is not is answered. */
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
     * Begins an answer that goes on for as long as its connection.
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
