package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.rafthttp.sidecar.member.ForkedMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A relay whose target is a name, and a name server that fails once the name has been looked up. */
class NextHopNameTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final URI front = Relays.freeUrl();
    private final HttpClient http = HttpClient.newHttpClient();
    private HttpServer member;
    private ForkedMain relay;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() throws IOException {
        member = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        member.createContext("/", exchange -> {
            // Each request is a dial of its own.
            exchange.getResponseHeaders().add("Connection", "close");
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        member.start();
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 member.example\n");
        relay = new ForkedMain(
                List.of("-Djdk.net.hosts.file=" + hosts),
                List.of(
                        "relay",
                        "--initial-cluster=a=" + front,
                        "--targets=a=http://member.example:"
                                + member.getAddress().getPort(),
                        "--listen-node=" + Relays.freeUrl(),
                        "--state-dir=" + folder.resolve("state"),
                        "--log-level=debug"),
                folder.resolve("log"));
    }

    @AfterEach
    void close() {
        relay.close();
        member.stop(0);
    }

    private int status() throws IOException, InterruptedException {
        HttpRequest version =
                HttpRequest.newBuilder(front.resolve("/version")).timeout(LIMIT).build();
        return http.send(version, BodyHandlers.discarding()).statusCode();
    }

    @Test
    void shouldReachTheLastAddressWhenTheNameServerFails() throws Exception {
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> assertThat(status()).isEqualTo(204));

        Files.delete(folder.resolve("hosts"));

        // Java itself remembers an address for a second.
        await().atMost(LIMIT).until(() -> {
            assertThat(status()).isEqualTo(204);
            return relay.log().contains("the last addresses of member.example are used");
        });
    }
}
