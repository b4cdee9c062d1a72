package dev.rafthttp.sidecar.node;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Reads the body of a request that is a small JSON object. */
final class JsonBody {
    private static final int MAX_BYTES = 64 << 10;

    private JsonBody() {}

    /**
     * Reads one; blocks until the body is whole.
     *
     * @param expected what it should be, for errors
     * @throws BodyTooLargeException if it is above 64 KiB
     * @throws IllegalArgumentException if it is anything else
     */
    static JsonObject read(Request request, String expected) throws IOException {
        byte[] body;
        try (InputStream in = Content.Source.asInputStream(request)) {
            body = in.readNBytes(MAX_BYTES + 1);
        }
        if (body.length > MAX_BYTES) {
            throw new BodyTooLargeException("the body goes on at offset " + MAX_BYTES + ": expected " + expected
                    + ", at most " + MAX_BYTES + " bytes");
        }
        try {
            JsonElement element = JsonParser.parseString(new String(body, StandardCharsets.UTF_8));
            if (!element.isJsonObject()) {
                throw new IllegalArgumentException("expected " + expected + ", not " + element);
            }
            return element.getAsJsonObject();
        } catch (JsonParseException e) {
            throw new IllegalArgumentException("expected " + expected + ": " + e.getMessage(), e);
        }
    }
}
