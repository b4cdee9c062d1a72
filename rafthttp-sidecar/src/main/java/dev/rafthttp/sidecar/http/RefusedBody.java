package dev.rafthttp.sidecar.http;

import com.google.gson.JsonObject;
import dev.rafthttp.jetty.RestOfBody;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Components;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers requests before the end of their bodies, and then reads the rest of the bodies; {@link RestOfBody} says why. */
public final class RefusedBody {
    private RefusedBody() {}

    /** Answers with an error, says so in the log, and reads the rest of the body. */
    public static void refuse(Request request, Response response, Callback callback, int status, JsonObject error) {
        log(request, status, error);
        answer(request, response, callback, status, error);
    }

    /** As {@link #refuse}, with only the error. */
    public static void refuse(Request request, Response response, Callback callback, int status, String error) {
        refuse(request, response, callback, status, Json.errorOf(error));
    }

    /**
     * Ends a request whose body cannot be read further: with an answer if the body breaks the rules of HTTP, and without an answer if
     * the connection is lost.
     *
     * @param offset up to which the body has been read
     * @param withError makes the answer's JSON of the error's text
     */
    public static void unreadable(
            Request request,
            Response response,
            Callback callback,
            Throwable cause,
            long offset,
            Function<String, JsonObject> withError) {
        if (!(cause instanceof HttpException)) {
            callback.failed(cause);
            return;
        }
        JsonObject error = withError.apply("the body cannot be read behind offset " + offset
                + ": expected chunks as in HTTP/1.1, not: " + cause.getMessage());
        log(request, HttpStatus.BAD_REQUEST_400, error);
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        Json.answer(response, callback, HttpStatus.BAD_REQUEST_400, error);
    }

    private static void log(Request request, int status, JsonObject error) {
        RefusalLog.refused(request, status, error.get("error").getAsString());
    }

    /** Answers, and reads the rest of the body. */
    public static void answer(Request request, Response response, Callback callback, int status, JsonObject json) {
        Json.answer(response, lingering(request, response, callback), status, json);
    }

    /**
     * Prepares an answer that comes before the end of the body, if there is one.
     *
     * @return to be called when the answer, which closes the connection, has been written: reads the rest of the body, and then
     *     ends the exchange
     */
    public static Callback lingering(Request request, Response response, Callback exchange) {
        Components components = request.getComponents();
        return RestOfBody.lingering(
                request.getHeaders(),
                response.getHeaders(),
                request,
                components.getExecutor(),
                components.getScheduler(),
                exchange);
    }

    /**
     * Ends an exchange whose answer was written before the end of the body: reads the rest of the body first. If the body is complete,
     * the connection can be used again.
     */
    public static void readRest(Request request, Callback exchange) {
        Components components = request.getComponents();
        RestOfBody.discard(request, components.getExecutor(), components.getScheduler(), exchange);
    }
}
