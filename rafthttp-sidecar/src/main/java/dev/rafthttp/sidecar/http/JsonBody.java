package dev.rafthttp.sidecar.http;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.rafthttp.options.CannotRunException;
import dev.rafthttp.sidecar.json.MessageJson;
import dev.rafthttp.sidecar.json.StrictJson;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Collects the body of a request that is a small JSON object. Belongs to the thread that reads it; holds no thread meanwhile. */
public final class JsonBody implements RequestBody.Sink {
    private static final int MAX_BYTES = 64 << 10;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String expected;
    private final Consumer<JsonObject> taker;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    private JsonBody(
            Request request, Response response, Callback callback, String expected, Consumer<JsonObject> taker) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.expected = expected;
        this.taker = taker;
    }

    /**
     * Reads the object, and gives it to a taker, which answers, on the thread that reads the end of the body. Refuses the request
     * if the body is not such an object or is above 64 KiB, or if the taker throws an exception that {@link Json#statusOf} knows.
     *
     * @param expected what it should be, for errors
     */
    public static void read(
            Request request, Response response, Callback callback, String expected, Consumer<JsonObject> taker) {
        try {
            BodyType.check(request, MessageJson.CONTENT_TYPE);
        } catch (RefusedRequestException e) {
            RefusedBody.refuse(request, response, callback, Json.statusOf(e), String.valueOf(e.getMessage()));
            return;
        }
        new RequestBody(request, new JsonBody(request, response, callback, expected, taker)).run();
    }

    @Override
    public boolean bytes(ByteBuffer arrived) {
        if (body.size() + arrived.remaining() > MAX_BYTES) {
            refuse(RefusedRequestException.tooLarge("the body goes on at offset " + MAX_BYTES + ": expected " + expected
                    + ", at most " + MAX_BYTES + " bytes"));
            return false;
        }
        byte[] some = new byte[arrived.remaining()];
        arrived.get(some);
        body.writeBytes(some);
        return true;
    }

    @Override
    public void end() {
        try {
            taker.accept(object());
        } catch (IllegalArgumentException | CannotRunException e) {
            refuse(e);
        }
    }

    private JsonObject object() {
        JsonElement element;
        try {
            element = StrictJson.parse(ByteBuffer.wrap(body.toByteArray()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the body is " + e.getMessage() + ": expected " + expected, e);
        }
        if (!element.isJsonObject()) {
            throw new IllegalArgumentException("expected " + expected + ", not " + element);
        }
        return element.getAsJsonObject();
    }

    private void refuse(RuntimeException cause) {
        RefusedBody.refuse(request, response, callback, Json.statusOf(cause), String.valueOf(cause.getMessage()));
    }

    @Override
    public void failed(Throwable cause) {
        RefusedBody.unreadable(request, response, callback, cause, body.size(), Json::errorOf);
    }
}
