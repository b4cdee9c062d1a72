package dev.rafthttp.sidecar.tap;

import dev.rafthttp.client.AnyHostClient;
import dev.rafthttp.sidecar.node.NodeServer;
import dev.rafthttp.sidecar.node.NodeToken;
import dev.rafthttp.sidecar.node.Tap;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Transport;
import org.jspecify.annotations.Nullable;

/** Asks a sidecar or relay for {@link Tap#PATH}. Used by one thread; any may close it, which ends the answer. */
final class TapClient implements AutoCloseable {
    private static final long ANSWER_SECONDS = 5;
    private static final int MAX_REFUSAL_BYTES = 4 << 10;

    private final HttpClient http = new AnyHostClient();
    private final Request request;

    /**
     * @param node {@code http://HOST:PORT} or {@code unix:/PATH}
     * @param json whether to ask for JSON rather than text
     */
    TapClient(URI node, Optional<NodeToken> token, boolean json) throws IOException {
        http.setName("tap");
        http.setConnectTimeout(TimeUnit.SECONDS.toMillis(ANSWER_SECONDS));
        // Nothing may pass for hours.
        http.setIdleTimeout(0);
        try {
            http.start();
        } catch (Exception e) {
            throw new IOException("the HTTP client cannot be started", e);
        }
        if (NodeServer.UNIX.equals(node.getScheme())) {
            request = http.newRequest("http://localhost" + Tap.PATH)
                    .transport(new Transport.TCPUnix(Path.of(node.getPath())));
        } else {
            request = http.newRequest(node.resolve(Tap.PATH));
        }
        request.headers(headers -> {
            headers.put(HttpHeader.ACCEPT, json ? "application/json" : "text/plain");
            token.ifPresent(known -> headers.put(HttpHeader.AUTHORIZATION, known.authorization()));
        });
    }

    /** Shows only messages with this value, if it is given. */
    void filter(String name, @Nullable String value) {
        if (value != null) {
            request.param(name, value);
        }
    }

    /**
     * Writes what is answered, as it comes, until the other side ends it.
     *
     * @throws IOException if there is no such answer, or it breaks off
     */
    void copyTo(OutputStream out) throws IOException {
        InputStreamResponseListener answer = new InputStreamResponseListener();
        request.send(answer);
        Response head = await(answer);
        try (InputStream body = answer.getInputStream()) {
            if (head.getStatus() != HttpStatus.OK_200) {
                throw new IOException("it answered " + head.getStatus() + ": "
                        + new String(body.readNBytes(MAX_REFUSAL_BYTES), StandardCharsets.UTF_8).strip());
            }
            byte[] buffer = new byte[8 << 10];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                out.write(buffer, 0, read);
                out.flush();
            }
        }
    }

    private static Response await(InputStreamResponseListener answer) throws IOException {
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + ANSWER_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void close() {
        try {
            http.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP client cannot be stopped", e);
        }
    }
}
