package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Holds docs/sidecar-api.yaml to what other people's programs make of it: schemathesis, which asks the server for all that the
 * document allows and forbids, and two clients that generators write. {@code .ci/api-tools} installs them.
 */
class ApiClientsTest extends SidecarFixture {
    private static final Path DOCUMENT =
            Path.of("..", "docs", "sidecar-api.yaml").toAbsolutePath();
    private static final Path CLIENTS = Path.of("src", "test", "api-clients").toAbsolutePath();
    private static final Path OUTPUT = Path.of("target", "api-clients").toAbsolutePath();
    private static final String SEED = "20261130";
    private static final String REQUESTS_PER_OPERATION = "25";

    private static final long MAX_SECONDS = 240;

    private final Path tools = Path.of(Optional.ofNullable(System.getenv("RAFTHTTP_API_TOOLS"))
            .orElse(Path.of(System.getProperty("user.home"), ".cache", "rafthttp", "api-tools")
                    .toString()));

    @BeforeEach
    void startSidecars() throws Exception {
        assumeTrue(
                Files.isRegularFile(tools.resolve("installed")),
                "SKIPPED: " + tools + " does not hold the tools; .ci/api-tools installs them");
        Files.createDirectories(OUTPUT);
        a();
        b(Optional.empty());
        awaitStreams();
    }

    /** Runs a program to its end, which must be a good one; its output stays in a file of target/. */
    private void run(Path directory, String name, Map<String, String> environment, List<String> command)
            throws Exception {
        Path log = OUTPUT.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        running.add(0, process::destroyForcibly);
        boolean ended = process.waitFor(MAX_SECONDS, TimeUnit.SECONDS);
        assertThat(ended ? process.exitValue() : -1)
                .as("%s: %s", command, Files.readString(log))
                .isZero();
    }

    private String tool(String path) {
        return tools.resolve(path).toString();
    }

    private String client(String file) {
        return CLIENTS.resolve(file).toString();
    }

    /** What client.py and client.ts send, in either order of the lanes that carry it. */
    private static void assertMessagesOfAClientCame(DataInputStream reader) throws Exception {
        Message heartbeat = Message.newBuilder()
                .setType(MessageType.MsgHeartbeat)
                .setFrom(Sidecars.A.value())
                .setTo(Sidecars.B.value())
                .setTerm(7)
                .build();
        for (int i = 0; i < 3; i++) {
            assertThat(next(reader)).isEqualTo(heartbeat);
        }
        Message withContext = next(reader);
        assertThat(withContext.getTerm()).isEqualTo(8);
        assertThat(withContext.getContext().toByteArray()).containsExactly(0, 0xff);
        Message snapshot = next(reader);
        assertThat(snapshot.getType()).isEqualTo(MessageType.MsgSnap);
        assertThat(snapshot.getSnapshot().getMetadata().getIndex()).isEqualTo(9);
    }

    @Test
    void shouldGiveSchemathesisNothingToFind() throws Exception {
        drain(read());

        run(
                folder,
                "schemathesis",
                Map.of("SCHEMATHESIS_HOOKS", "hooks", "PYTHONPATH", CLIENTS.toString(), "PYTHONDONTWRITEBYTECODE", "1"),
                List.of(
                        tool("python/bin/schemathesis"),
                        "--config-file=" + client("schemathesis.toml"),
                        "run",
                        DOCUMENT.toString(),
                        "--url=" + nodeA,
                        "--checks=all",
                        "--max-examples=" + REQUESTS_PER_OPERATION,
                        "--seed=" + SEED,
                        "--request-timeout=30",
                        "--no-color"));
    }

    /** Reads and forgets, as a node does that is always there. */
    private void drain(DataInputStream reader) {
        Thread thread = new Thread(() -> {
            try {
                reader.transferTo(OutputStream.nullOutputStream());
            } catch (IOException closedAtTheEnd) {
                // The fixture closes the reader.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Test
    void shouldServeTheClientThatOpenapiPythonClientMakes() throws Exception {
        DataInputStream reader = read();
        Path generated = Files.createDirectories(folder.resolve("python"));
        run(
                generated,
                "openapi-python-client",
                Map.of("PATH", tool("python/bin") + ":" + System.getenv("PATH")),
                List.of(
                        tool("python/bin/openapi-python-client"),
                        "generate",
                        "--meta=none",
                        "--fail-on-warning",
                        "--path=" + DOCUMENT,
                        "--output-path=" + generated.resolve("node_side")));

        run(
                generated,
                "client-python",
                Map.of("PYTHONPATH", generated.toString(), "PYTHONDONTWRITEBYTECODE", "1"),
                List.of(tool("python/bin/python"), client("client.py"), nodeA.toString(), nodeB.toString()));

        assertMessagesOfAClientCame(reader);
    }

    @Test
    void shouldServeTheClientThatOpenapiTypescriptMakes() throws Exception {
        DataInputStream reader = read();
        Path generated = Files.createDirectories(folder.resolve("typescript"));
        Files.createSymbolicLink(generated.resolve("node_modules"), tools.resolve("node_modules"));
        Files.writeString(generated.resolve("package.json"), "{\"type\": \"module\"}");
        Files.copy(CLIENTS.resolve("types.js"), generated.resolve("types.js"));
        Files.copy(CLIENTS.resolve("client.ts"), generated.resolve("client.ts"));
        run(
                generated,
                "openapi-typescript",
                Map.of(),
                List.of("node", "types.js", DOCUMENT.toString(), "node-side.d.ts"));
        run(
                generated,
                "tsc",
                Map.of(),
                List.of(
                        "node",
                        tool("node_modules/typescript/bin/tsc"),
                        "--strict",
                        "--noUncheckedIndexedAccess",
                        "--module",
                        "nodenext",
                        "--target",
                        "es2023",
                        "--types",
                        "node",
                        "client.ts"));

        run(generated, "client-typescript", Map.of(), List.of("node", "client.js", nodeA.toString(), nodeB.toString()));

        assertMessagesOfAClientCame(reader);
    }
}
