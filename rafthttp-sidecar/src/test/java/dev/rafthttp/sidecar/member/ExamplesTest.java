package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the programs of examples/ as they are, each beside a sidecar of its own: that of the one under test in a process of its own. */
class ExamplesTest extends SidecarFixture {
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();
    private static final String CLASS_PATH = System.getProperty("java.class.path");
    private static final String BEATS = "3";
    /** Compilers start here. */
    private static final Duration PROGRAM_LIMIT = Duration.ofSeconds(180);

    private static final String ANSWER = "got MsgHeartbeatResp from b";
    private static final int REMOVED = 3;
    private static final int MAX_LINES = 220;

    /** What compilers made. */
    @TempDir
    private static Path programs;

    /** The programs, and how to start them. */
    private enum Example {
        JAVA {
            @Override
            List<String> command(URI node, Optional<String> beats) {
                String classPath = compiled() + File.pathSeparator + CLASS_PATH;
                List<String> command = new ArrayList<>(List.of(
                        ExamplesTest.JAVA, "-XX:TieredStopAtLevel=1", "-cp", classPath, "Node", node.toString()));
                beats.ifPresent(command::add);
                return command;
            }

            @Override
            String source() {
                return EXAMPLES.resolve("java/Node.java").toString();
            }

            /** Once for all tests. DocumentedCommandsTest starts it from its source. */
            private Path compiled() {
                Path classes = programs.resolve("node-in-java");
                if (!Files.exists(classes)) {
                    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
                    StringWriter said = new StringWriter();
                    PrintWriter out = new PrintWriter(said);
                    int status = javac.run(out, out, "-cp", CLASS_PATH, "-d", classes.toString(), source());
                    assertThat(status).as(said::toString).isZero();
                }
                return classes;
            }
        },
        PYTHON {
            @Override
            List<String> command(URI node, Optional<String> beats) {
                assumeTrue(isOnPath("python3"), "SKIPPED: there is no python3 on the PATH");
                List<String> command = new ArrayList<>(List.of("python3", source(), "--node", node.toString()));
                beats.ifPresent(count -> command.addAll(List.of("--beats", count)));
                return command;
            }

            @Override
            String source() {
                return EXAMPLES.resolve("python/node.py").toString();
            }
        },
        GO {
            @Override
            List<String> command(URI node, Optional<String> beats) throws Exception {
                List<String> command = new ArrayList<>(List.of(built().toString(), "-node", node.toString()));
                beats.ifPresent(count -> command.addAll(List.of("-beats", count)));
                return command;
            }

            @Override
            String source() {
                return EXAMPLES.resolve("go/node.go").toString();
            }

            /** Once for all tests. */
            private Path built() throws Exception {
                assumeTrue(isOnPath("go"), "SKIPPED: there is no go on the PATH");
                Path program = programs.resolve("node-in-go");
                if (!Files.exists(program)) {
                    Path log = program.resolveSibling("go.log");
                    assumeTrue(
                            go(log, "mod", "download") == 0,
                            "SKIPPED: go cannot have the modules: " + Files.readString(log));
                    assertThat(go(log, "build", "-o", program.toString(), "."))
                            .as(() -> read(log))
                            .isZero();
                }
                return program;
            }

            private int go(Path log, String... arguments) throws Exception {
                List<String> command = new ArrayList<>(List.of("go"));
                command.addAll(List.of(arguments));
                return new ProcessBuilder(command)
                        .directory(EXAMPLES.resolve("go").toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start()
                        .waitFor();
            }
        };

        /** @param beats after how many answers it ends, if so */
        abstract List<String> command(URI node, Optional<String> beats) throws Exception;

        abstract String source();
    }

    @BeforeEach
    void startTheOther() {
        b(Optional.empty());
    }

    private Process start(String name, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output(name).toFile())
                .start();
        running.add(0, () -> process.destroyForcibly().onExit().join());
        return process;
    }

    private Path output(String name) {
        return folder.resolve(name + ".out");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isOnPath(String program) {
        return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    /** The sidecar of a, in a process of its own, at the same addresses every time. */
    private Process sidecar() throws IOException {
        return start(
                "sidecar",
                List.of(
                        JAVA,
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        CLASS_PATH,
                        "dev.rafthttp.sidecar.Main",
                        "sidecar",
                        "--member-id=a",
                        "--cluster-id=cafe",
                        "--peer=a=" + peerA,
                        "--peer=b=" + peerB,
                        "--listen-node=" + nodeA,
                        "--snapshot-dir=" + folder.resolve("snapshots-of-a")));
    }

    private long answers(String name) {
        return read(output(name)).lines().filter(ANSWER::equals).count();
    }

    private void awaitAnswers(String name, long more) {
        long before = answers(name);
        await().atMost(PROGRAM_LIMIT)
                .untilAsserted(() ->
                        assertThat(answers(name)).as(() -> read(output(name))).isGreaterThanOrEqualTo(before + more));
    }

    private void assertEnds(Process program, String name, int status) throws InterruptedException {
        assertThat(program.waitFor(PROGRAM_LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as(() -> read(output(name)))
                .isTrue();
        assertThat(program.exitValue()).as(() -> read(output(name))).isEqualTo(status);
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeatAndAnswer(Example example) throws Exception {
        start("answering", example.command(nodeB, Optional.empty()));
        sidecar();

        Process beating = start("beating", example.command(nodeA, Optional.of(BEATS)));

        assertEnds(beating, "beating", 0);
        assertThat(read(output("beating"))).contains(ANSWER, " heartbeats answered");
    }

    @ParameterizedTest
    @EnumSource
    void shouldComeBackWhenItsSidecarIsKilledAndStartedAgain(Example example) throws Exception {
        start("answering", example.command(nodeB, Optional.empty()));
        Process killed = sidecar();
        Process beating = start("beating", example.command(nodeA, Optional.empty()));
        awaitAnswers("beating", 1);
        // Which run it was must be known before another one can be told from it.
        await().atMost(PROGRAM_LIMIT)
                .until(() -> read(output("beating")).lines().anyMatch(line -> line.startsWith("run ")));

        killed.destroyForcibly().onExit().join();
        await().atMost(PROGRAM_LIMIT).until(() -> read(output("beating")).contains("beat: "));
        sidecar();

        awaitAnswers("beating", 3);
        assertThat(beating.isAlive()).isTrue();
        await().atMost(PROGRAM_LIMIT).until(() -> read(output("beating")).contains("the sidecar was started again"));
    }

    @ParameterizedTest
    @EnumSource
    void shouldEndWithAStatusOfItsOwnWhenItsMemberIsRemoved(Example example) throws Exception {
        start("answering", example.command(nodeB, Optional.empty()));
        sidecar();
        Process beating = start("beating", example.command(nodeA, Optional.empty()));
        awaitAnswers("beating", 1);

        assertThat(ask("DELETE", nodeB.resolve("/v1/peers/a"), "application/json", new byte[0])
                        .statusCode())
                .isEqualTo(204);

        assertEnds(beating, "beating", REMOVED);
        assertThat(read(output("beating"))).contains("removed: ");
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeShortEnoughToCopy(Example example) throws Exception {
        assertThat(Files.readAllLines(Path.of(example.source()))).hasSizeLessThan(MAX_LINES);
    }
}
