package dev.rafthttp.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.fixture.FreeUrls;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

/** What becomes of requests when the server closes. */
class ApiServerTest {
    private static final int BODY_BYTES = 16 << 20;

    private final URI url = FreeUrls.next();
    private final CountDownLatch asked = new CountDownLatch(1);

    /** Refuses before the body. */
    private final class Refusing extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            RefusedBody.refuse(request, response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, "closing");
            asked.countDown();
            return true;
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private Socket post() throws Exception {
        Socket client = new Socket(url.getHost(), url.getPort());
        client.getOutputStream()
                .write(ascii(
                        "POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + BODY_BYTES + "\r\n\r\n"));
        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        return client;
    }

    @Test
    void shouldBeHeardByAClientThatStillWritesWhenItCloses() throws Exception {
        ApiServer server = new ApiServer(url, new Refusing(), Duration.ofSeconds(60));
        server.start();
        try (Socket client = post()) {
            CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
            OutputStream out = client.getOutputStream();
            for (int sent = 0; sent < BODY_BYTES; sent += 1 << 20) {
                // It closes once the body is whole, and not before.
                assertThat(closed).isNotDone();
                out.write(new byte[1 << 20]);
            }

            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("\"error\": \"closing\"");
            closed.get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldCloseWhenAClientStopsWithinItsBody() throws Exception {
        ApiServer server = new ApiServer(url, new Refusing(), Duration.ofMillis(100));
        server.start();
        try (Socket client = post()) {
            CompletableFuture.runAsync(server::close).get(60, TimeUnit.SECONDS);

            assertThat(client.isClosed()).isFalse();
        }
    }
}
