package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs the programs of examples/ as they are, each beside a sidecar of its own. */
class ExamplesTest extends SidecarFixture {
    private static final Path EXAMPLES = Path.of("..", "examples");
    private static final Path GO_PATH = Path.of("/usr/share/gocode");
    private static final String BEATS = "3";
    private static final int MAX_LINES = 150;

    /** Compilers start here. */
    private static final int PATIENCE_SECONDS = 180;

    @BeforeEach
    void startSidecars() {
        a();
        b(Optional.empty());
    }

    private Process run(String name, List<String> command, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        running.add(0, process::destroyForcibly);
        return process;
    }

    private String output(String name) throws Exception {
        return Files.readString(folder.resolve(name + ".out")) + Files.readString(folder.resolve(name + ".err"));
    }

    private static boolean isOnPath(String program) {
        return List.of(System.getenv("PATH").split(File.pathSeparator)).stream()
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }

    private static List<String> java(URI node, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                EXAMPLES.resolve("java/Node.java").toString(),
                node.toString()));
        command.addAll(List.of(more));
        return command;
    }

    private static List<String> python(URI node, String... more) {
        List<String> command = new ArrayList<>(
                List.of("python3", EXAMPLES.resolve("python/node.py").toString(), "--sidecar", node.toString()));
        command.addAll(List.of(more));
        return command;
    }

    private void assertBeatsAreAnswered(Process beating, String name) throws Exception {
        assertThat(beating.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as(output(name))
                .isTrue();
        assertThat(output(name)).contains("got MsgHeartbeatResp from b").contains(" heartbeats answered");
        assertThat(beating.exitValue()).isZero();
    }

    @Test
    void shouldBeatAndAnswerInJava() throws Exception {
        run("answering", java(nodeB), Map.of());

        Process beating = run("java", java(nodeA, BEATS), Map.of());

        assertBeatsAreAnswered(beating, "java");
    }

    @Test
    void shouldBeatAndAnswerInPython() throws Exception {
        assumeTrue(isOnPath("python3"), "SKIPPED: there is no python3 on the PATH");
        run("answering", python(nodeB), Map.of());

        Process beating = run("python", python(nodeA, "--beats", BEATS), Map.of());

        assertBeatsAreAnswered(beating, "python");
    }

    @Test
    void shouldBeatAndAnswerInGo() throws Exception {
        assumeTrue(isOnPath("go"), "SKIPPED: there is no go on the PATH");
        assumeTrue(
                Files.isDirectory(GO_PATH.resolve("src/go.etcd.io/etcd/raft/raftpb")),
                "SKIPPED: there is no raftpb for Go; Debian's golang-etcd-server-dev has it");
        Map<String, String> go = Map.of("GO111MODULE", "off", "GOPATH", GO_PATH.toString(), "GOFLAGS", "");
        Path program = folder.resolve("node");
        Process build = run(
                "build",
                List.of(
                        "go",
                        "build",
                        "-o",
                        program.toString(),
                        EXAMPLES.resolve("go/node.go").toString()),
                go);
        assertThat(build.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(build.exitValue()).as(output("build")).isZero();
        run("answering", List.of(program.toString(), "-sidecar", nodeB.toString()), Map.of());

        Process beating =
                run("go", List.of(program.toString(), "-sidecar", nodeA.toString(), "-beats", BEATS), Map.of());

        assertBeatsAreAnswered(beating, "go");
    }

    @Test
    void shouldBeShortEnoughToCopy() throws Exception {
        for (String each : List.of("java/Node.java", "python/node.py", "go/node.go")) {
            assertThat(Files.readAllLines(EXAMPLES.resolve(each))).as(each).hasSizeLessThan(MAX_LINES);
        }
    }
}
