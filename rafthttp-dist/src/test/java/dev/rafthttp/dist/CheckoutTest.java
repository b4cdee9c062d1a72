package dev.rafthttp.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.fixture.FreeUrls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts the sidecar's commands by the bin/rafthttp of a checkout, on the class path that the build of rafthttp-sidecar alone makes
 * for it. The archive has another class path, which can have a library that this one lacks. A build without {@code clean} may have
 * left a library there that the module no longer has.
 */
class CheckoutTest {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
    private static final String JVM = "-Xmx128m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    @TempDir
    private static Path folder;

    private static Path home;

    private final HttpClient client = HttpClient.newHttpClient();

    /** What bin/rafthttp needs of a checkout that was built, with no source that is newer than the build. */
    @BeforeAll
    static void copy() throws IOException {
        home = Files.createDirectory(folder.resolve("checkout"));
        Path built = CHECKOUT.resolve("rafthttp-sidecar/target");
        Path jar = built.resolve("rafthttp-sidecar-" + Distribution.VERSION + ".jar");
        List<Path> copied =
                new ArrayList<>(List.of(CHECKOUT.resolve("pom.xml"), CHECKOUT.resolve("bin/rafthttp"), jar));
        try (Stream<Path> libraries = Files.list(built.resolve("lib"))) {
            libraries.forEach(copied::add);
        }
        for (Path each : copied) {
            Path copy = home.resolve(CHECKOUT.relativize(each));
            Files.createDirectories(copy.getParent());
            Files.copy(each, copy);
        }
        Files.copy(CHECKOUT.resolve("rafthttp-sidecar/pom.xml"), home.resolve("rafthttp-sidecar/pom.xml"));
        Files.createDirectories(home.resolve("rafthttp-sidecar/src/main"));
        Files.createDirectories(home.resolve("rafthttp-interop/src"));
        Files.createDirectory(home.resolve("target"));
        Files.createFile(home.resolve("target/rafthttp-sidecar.built"));
    }

    private static Terminal start(String name, String... command) throws IOException {
        List<String> all =
                new ArrayList<>(List.of("setsid", home.resolve("bin/rafthttp").toString()));
        all.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(all).directory(folder.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("RAFTHTTP_JAVA_OPTS", JVM);
        return new Terminal(builder, folder.resolve(name));
    }

    @Test
    void shouldStartAndShowAMessageWhenASidecarAndATapRunFromACheckout() throws Exception {
        URI node = FreeUrls.next();
        try (Terminal sidecar = start(
                        "sidecar",
                        "sidecar",
                        "--member-id=1",
                        "--cluster-id=1",
                        "--peer=1=" + FreeUrls.next(),
                        "--peer=2=" + FreeUrls.next(),
                        "--listen-node=" + node,
                        "--shutdown-grace=100ms");
                Terminal tap = startTapOf(node, sidecar)) {
            assertThat(sidecar.output()).contains("INFO", "sidecar of member 1");

            HttpRequest message = HttpRequest.newBuilder(node.resolve("/v1/messages"))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(
                            "{\"type\":\"MsgHeartbeat\",\"from\":\"1\",\"to\":\"2\",\"term\":\"7\"}"))
                    .build();
            await("the message in the tap").atMost(LIMIT).untilAsserted(() -> {
                assertIsRunning(tap);
                assertThat(client.send(message, BodyHandlers.ofString()).statusCode())
                        .isEqualTo(200);
                assertThat(tap.output()).contains("MsgHeartbeat");
            });
        }
    }

    @Test
    void shouldStartWhenARelayRunsFromACheckout() throws Exception {
        URI node = FreeUrls.next();
        try (Terminal relay = start(
                "relay",
                "relay",
                "--initial-cluster=a=" + FreeUrls.next() + ",b=" + FreeUrls.next(),
                "--targets=a=" + FreeUrls.next() + ",b=" + FreeUrls.next(),
                "--listen-node=" + node,
                "--shutdown-grace=100ms")) {
            awaitHealthy(node, relay);

            assertThat(relay.output()).contains("INFO", "relay of cluster");
        }
    }

    private Terminal startTapOf(URI node, Terminal sidecar) throws IOException {
        awaitHealthy(node, sidecar);
        return start("tap", "tap", "--node=" + node);
    }

    private void awaitHealthy(URI node, Terminal started) {
        HttpRequest health = HttpRequest.newBuilder(node.resolve("/healthz")).build();
        await("/healthz at " + node)
                .atMost(LIMIT)
                .ignoreExceptionsInstanceOf(IOException.class)
                .untilAsserted(() -> {
                    assertIsRunning(started);
                    assertThat(client.send(health, BodyHandlers.ofString()).statusCode())
                            .isEqualTo(200);
                });
    }

    /** Otherwise ends the wait at once: with a plain exception, since a failed assertion is tried again. */
    private static void assertIsRunning(Terminal started) {
        if (started.hasFailed()) {
            throw new IllegalStateException("the command has failed; it printed\n" + started.output());
        }
    }
}
