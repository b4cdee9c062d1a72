package dev.rafthttp.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.fixture.FreeUrls;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests reach an API, by what a browser says of where they come from. */
class WebGuardTest {
    private final URI url = FreeUrls.next();
    private final AtomicInteger reached = new AtomicInteger();

    private final Handler api = new Handler.Abstract() {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            reached.incrementAndGet();
            response.setStatus(204);
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
            return true;
        }
    };

    private ApiServer server = new ApiServer(url, Optional.empty(), api);

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        server.close();
    }

    private String answer(String... headers) throws Exception {
        try (Socket client = new Socket(url.getHost(), url.getPort())) {
            client.setSoTimeout(20_000);
            String head = "POST /v1/peers HTTP/1.1\r\n" + String.join("\r\n", headers)
                    + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
            client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:80", "127.1.2.3", "localhost:80", "LOCALHOST", "[::1]:80"})
    void shouldTakeTheNamesOfLoopback(String host) throws Exception {
        server.start();

        assertThat(answer("Host: " + host)).startsWith("HTTP/1.1 204 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:80",
                "127.0.0.1.evil.example",
                "localhost.evil.example",
                "10.0.0.1",
                "0.0.0.0"
            })
    void shouldRefuseTheNameOfAnotherHost(String host) throws Exception {
        server.start();

        assertThat(answer("Host: " + host))
                .startsWith("HTTP/1.1 403 ")
                .contains("Host \\\"" + host.replace(":80", "") + "\\\": expected localhost")
                .doesNotContainIgnoringCase("Access-Control");
        assertThat(reached).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "https://127.0.0.1", "http://127.0.0.1:1", "null"})
    void shouldRefuseTheOriginOfAPage(String origin) throws Exception {
        server.start();

        assertThat(answer("Host: 127.0.0.1", "Origin: " + origin))
                .startsWith("HTTP/1.1 403 ")
                .contains("Origin \\\"" + origin + "\\\": expected none")
                .doesNotContainIgnoringCase("Access-Control");
        assertThat(reached).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "anything"})
    void shouldRefuseWhatABrowserFetchesForAnotherSite(String site) throws Exception {
        server.start();

        assertThat(answer("Host: 127.0.0.1", "Sec-Fetch-Site: " + site))
                .startsWith("HTTP/1.1 403 ")
                .contains("Sec-Fetch-Site \\\"" + site + "\\\"");
        assertThat(reached).hasValue(0);
    }

    /** As a health check may ask, in HTTP/1.0. Jetty takes the host from the address that the client dialed. */
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "[::1]"})
    void shouldTakeARequestWithoutAHost(String name) throws Exception {
        URI own = URI.create("http://" + name + ":" + url.getPort());
        server = new ApiServer(own, Optional.empty(), api);
        server.start();

        try (Socket client = new Socket(own.getHost(), own.getPort())) {
            client.setSoTimeout(20_000);
            client.getOutputStream().write("GET /healthz HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 204 ");
        }
    }

    @Test
    void shouldTakeWhatAPersonTypesOrTheApiItselfFetches() throws Exception {
        server.start();

        assertThat(answer("Host: 127.0.0.1:7", "Sec-Fetch-Site: none")).startsWith("HTTP/1.1 204 ");
        assertThat(answer("Host: 127.0.0.1:7", "Origin: http://127.0.0.1:7", "Sec-Fetch-Site: same-origin"))
                .startsWith("HTTP/1.1 204 ");
    }

    @Test
    void shouldTakeAnyNameButNoPageWhenThereIsAToken() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "secret");
        server = new ApiServer(url, Optional.of(ApiToken.read(file)), api);
        server.start();

        assertThat(answer("Host: sidecar.internal", "Authorization: Bearer secret"))
                .startsWith("HTTP/1.1 204 ");
        assertThat(answer("Host: sidecar.internal", "Authorization: Bearer secret", "Origin: http://evil.example"))
                .startsWith("HTTP/1.1 403 ");
        assertThat(answer("Host: sidecar.internal")).startsWith("HTTP/1.1 401 ");
    }
}
