package dev.rafthttp.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs the sidecar's probes, as the manifest has them, against a server that is alive and not ready. */
class KubeProbeTest {
    private static final Path SCRIPTS = Path.of("..", "docker");
    private static final long LIMIT_SECONDS = 10;

    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer("/healthz", 200);
        answer("/readyz", 503);
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private void answer(String path, int status) {
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
    }

    @Test
    void shouldBeAliveAndStartedButNotReadyWhenTheSidecarHasNoNode() throws Exception {
        var sidecar = KubeManifests.ofBase().container("sidecar");

        assertThat(run(sidecar.getStartupProbe().getExec().getCommand())).isZero();
        assertThat(run(sidecar.getLivenessProbe().getExec().getCommand())).isZero();
        assertThat(run(sidecar.getReadinessProbe().getExec().getCommand())).isNotZero();
    }

    @Test
    void shouldBeReadyWhenTheSidecarHasANode() throws Exception {
        server.removeContext("/readyz");
        answer("/readyz", 200);

        assertThat(run(KubeManifests.ofBase()
                        .container("sidecar")
                        .getReadinessProbe()
                        .getExec()
                        .getCommand()))
                .isZero();
    }

    /** The image has the script elsewhere. */
    private int run(List<String> command) throws IOException, InterruptedException {
        List<String> here = new ArrayList<>(command);
        here.set(0, SCRIPTS.resolve(Path.of(command.get(0)).getFileName()).toString());
        ProcessBuilder builder = new ProcessBuilder(here).inheritIO();
        builder.environment()
                .put(
                        "RAFTHTTP_LISTEN_NODE",
                        "http://127.0.0.1:" + server.getAddress().getPort());
        Process probe = builder.start();
        assertThat(probe.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return probe.exitValue();
    }
}
