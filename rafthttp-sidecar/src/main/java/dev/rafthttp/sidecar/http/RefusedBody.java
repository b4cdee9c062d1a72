package dev.rafthttp.sidecar.http;

import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * What is still coming of a body whose request was answered before its end: read and thrown away until the sender has sent it
 * all, or hangs up, or its time is over. A connection closed with bytes unread is reset, and the answer lost on its way to a
 * client that writes all before it reads. Holds no thread meanwhile.
 */
public final class RefusedBody implements RequestBody.Sink {
    /** As long as nginx reads on for, its {@code lingering_time}. */
    private static final long LINGER_MILLIS = 30_000;

    private final Callback exchange;
    private final Scheduler.Task timer;

    private RefusedBody(Callback exchange, Scheduler.Task timer) {
        this.exchange = exchange;
        this.timer = timer;
    }

    /** Answers with an error, says so in the log, and reads the rest of the body. */
    public static void refuse(Request request, Response response, Callback callback, int status, JsonObject error) {
        log(request, status, error);
        answer(request, response, callback, status, error);
    }

    /** As {@link #refuse}, with nothing but the error. */
    public static void refuse(Request request, Response response, Callback callback, int status, String error) {
        refuse(request, response, callback, status, Json.errorOf(error));
    }

    /**
     * Ends a request of whose body no more can be read: with an answer if the body is not as HTTP has it, and without one if the
     * connection is lost.
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
        if (!hasBody(request)) {
            return exchange;
        }
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        return Callback.from(() -> discard(request, exchange), exchange::failed);
    }

    /**
     * Ends an exchange whose answer, which came before the end of the body, has been written: reads the rest first. The connection may
     * be used again if the body comes to its end.
     */
    public static void readRest(Request request, Callback exchange) {
        discard(request, exchange);
    }

    /** Whether a body belongs to a request, however long. */
    public static boolean hasBody(Request request) {
        return request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                || request.getHeaders().getLongField(HttpHeader.CONTENT_LENGTH) > 0;
    }

    /** Begins to read, when the answer has been flushed. */
    private static void discard(Request request, Callback exchange) {
        EndPoint connection = request.getConnectionMetaData().getConnection().getEndPoint();
        // The reader fails then, and ends the request.
        Scheduler.Task timer = request.getComponents()
                .getScheduler()
                .schedule(() -> connection.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        new RequestBody(request, new RefusedBody(exchange, timer)).run();
    }

    @Override
    public boolean bytes(ByteBuffer arrived) {
        return true;
    }

    @Override
    public void end() {
        timer.cancel();
        exchange.succeeded();
    }

    @Override
    public void failed(Throwable cause) {
        timer.cancel();
        // The answer has been sent, and all that is left to say of the request is that it is over.
        exchange.failed(cause);
    }
}
