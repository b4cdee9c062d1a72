package dev.rafthttp.sidecar.tap;

import dev.rafthttp.sidecar.http.ApiToken;
import dev.rafthttp.sidecarclient.SidecarHttp;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.eclipse.jetty.http.HttpHeader;
import org.jspecify.annotations.Nullable;

/** Asks a sidecar or relay for {@link Tap#PATH}. Used by one thread; any may close it, which ends the answer. */
final class TapClient implements AutoCloseable {
    private final SidecarHttp http;
    private final Map<String, String> headers;
    private final StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");

    /**
     * @param node {@code http://HOST:PORT} or {@code unix:/PATH}
     * @param json whether to ask for JSON, and not for text
     */
    TapClient(URI node, Optional<ApiToken> token, boolean json) {
        http = new SidecarHttp(node, token.map(ApiToken::secret));
        http.start();
        headers = Map.of(HttpHeader.ACCEPT.asString(), json ? "application/json" : "text/plain");
    }

    /** Shows only messages with this value, if it is given. */
    void filter(String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    /**
     * Writes what is answered, as it comes, until the other side ends it.
     *
     * @throws IOException if there is no such answer, or it breaks off
     */
    void copyTo(OutputStream out) throws IOException, InterruptedException {
        try (InputStream answer = http.get(Tap.PATH + query, headers)) {
            byte[] buffer = new byte[8 << 10];
            for (int read = answer.read(buffer); read >= 0; read = answer.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
