package dev.rafthttp.demo.kv;

import com.google.protobuf.ByteString;
import dev.rafthttp.jetty.ContentReader;
import dev.rafthttp.jetty.RestOfBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Components;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** The body of a {@code PUT}: one value, in memory. A larger body is refused, and read to its end. */
final class ValueBody implements ContentReader.Sink {
    private final Request request;
    private final Response response;
    private final Callback callback;
    private final Consumer<ByteString> taker;
    private final ContentReader reader;
    private ByteString.Output value = ByteString.newOutput();
    private boolean isRefused;

    /** Gets the rest of the body when the refusal has been written; null before. */
    private volatile @Nullable RestOfBody rest;

    private ValueBody(Request request, Response response, Callback callback, Consumer<ByteString> taker) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.taker = taker;
        this.reader = new ContentReader(request, request.getComponents().getExecutor(), this);
    }

    /**
     * Reads a value, or refuses the request.
     *
     * @param taker gets the value, and answers
     */
    static void read(Request request, Response response, Callback callback, Consumer<ByteString> taker) {
        if (request.getLength() > KvServer.MAX_VALUE_BYTES) {
            Components components = request.getComponents();
            refuse(
                    response,
                    RestOfBody.lingering(
                            request.getHeaders(),
                            response.getHeaders(),
                            request,
                            components.getExecutor(),
                            components.getScheduler(),
                            callback));
        } else {
            new ValueBody(request, response, callback, taker).reader.start();
        }
    }

    private static void refuse(Response response, Callback written) {
        response.setStatus(HttpStatus.PAYLOAD_TOO_LARGE_413);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        Content.Sink.write(response, true, "a value has at most " + KvServer.MAX_VALUE_BYTES + " bytes\n", written);
    }

    @Override
    public boolean bytes(ByteBuffer arrived) throws IOException {
        RestOfBody unwanted = rest;
        if (unwanted != null) {
            return unwanted.bytes(arrived);
        }
        if (value.size() + arrived.remaining() <= KvServer.MAX_VALUE_BYTES) {
            byte[] some = new byte[arrived.remaining()];
            arrived.get(some);
            value.write(some, 0, some.length);
            return true;
        }
        if (!isRefused) {
            isRefused = true;
            value = ByteString.newOutput(0);
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            refuse(response, Callback.from(this::refused, this::unheard));
        }
        return false;
    }

    private void refused() {
        rest = RestOfBody.limited(request.getComponents().getScheduler(), callback);
        reader.resume();
    }

    private void unheard(Throwable cause) {
        RestOfBody unread = new RestOfBody(callback);
        unread.failed(cause);
        rest = unread;
        reader.resume();
    }

    @Override
    public void end() {
        RestOfBody unwanted = rest;
        if (unwanted != null) {
            unwanted.end();
        } else {
            taker.accept(value.toByteString());
        }
    }

    @Override
    public void failed(Throwable cause) {
        RestOfBody unwanted = rest;
        if (unwanted != null) {
            unwanted.failed(cause);
        } else {
            Response.writeError(request, response, callback, cause);
        }
    }
}
