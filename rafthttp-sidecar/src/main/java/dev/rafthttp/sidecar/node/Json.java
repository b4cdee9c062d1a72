package dev.rafthttp.sidecar.node;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import org.eclipse.jetty.http.HttpField;
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

    /** Whether who asks would have JSON. */
    static boolean isAcceptedBy(Request request) {
        return request.getHeaders().getFields(HttpHeader.ACCEPT).stream()
                .map(HttpField::getValue)
                .anyMatch(accepted -> accepted != null && accepted.contains(MessageJson.CONTENT_TYPE));
    }

    /** Answers {@code GET} and {@code HEAD} with an element, and nothing else. */
    public static void get(Request request, Response response, Callback callback, JsonElement element) {
        if (HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod())) {
            answer(response, callback, HttpStatus.OK_200, element);
        } else {
            notAllowed(response, callback, "GET, HEAD");
        }
    }

    /** What says that all is well. */
    public static JsonObject ok() {
        JsonObject ok = new JsonObject();
        ok.addProperty("ok", true);
        return ok;
    }

    /** Answers with an element. */
    public static void answer(Response response, Callback callback, int status, JsonElement element) {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        Content.Sink.write(response, true, GSON.toJson(element) + "\n", callback);
    }

    /** Answers with {@code {"error": "…"}}, which says the value and what is expected. */
    public static void error(Response response, Callback callback, int status, @Nullable String message) {
        JsonObject error = new JsonObject();
        error.addProperty("error", message);
        answer(response, callback, status, error);
    }

    /** Answers a request of another method. */
    public static void notAllowed(Response response, Callback callback, String allowed) {
        response.getHeaders().put(HttpHeader.ALLOW, allowed);
        error(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405, "expected " + allowed);
    }
}
