package dev.rafthttp.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** Whether what users have installed reads the compose files, and the files have what the cluster tests break. */
class ComposeFilesTest {
    private static final Path ROOT = Path.of("..");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    static Stream<Arguments> programsAndFiles() {
        return Stream.of(List.of("docker", "compose"), List.of("docker-compose"))
                .flatMap(program -> Stream.of(Kind.values()).map(kind -> Arguments.of(program, kind)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("programsAndFiles")
    void shouldBeReadWithoutAWarning(List<String> program, Kind kind) throws Exception {
        List<String> command = new ArrayList<>(program);
        command.add("version");
        boolean isThere = Shell.isOnPath(program.get(0)) && Shell.succeeds(LIMIT, command.toArray(String[]::new));
        if (!isThere) {
            System.out.println("SKIPPED: there is no " + String.join(" ", program));
        }
        assumeTrue(isThere, "there is no " + String.join(" ", program));
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        command.set(command.size() - 1, "--file");
        command.addAll(List.of(ROOT.resolve(kind.file()).toString(), "config"));

        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();

        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(errors, StandardCharsets.UTF_8)).isEmpty();
        assertThat(process.exitValue()).isZero();
        assertThat(Files.readString(output, StandardCharsets.UTF_8)).contains(kind.node("a"), kind.sidecar("c"));
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveThreeMembersWithASidecarEach(Kind kind) throws Exception {
        Map<String, Map<String, Object>> file =
                new Yaml().load(Files.readString(ROOT.resolve(kind.file()), StandardCharsets.UTF_8));

        assertThat(file.get("services").keySet())
                .isEqualTo(new TreeSet<>(Stream.of("a", "b", "c")
                        .flatMap(name -> Stream.of(kind.node(name), kind.sidecar(name)))
                        .toList()));
        assertThat(file.get("networks")).containsKey("peers");
        assertThat(file)
                .as("docker compose 2 warns of a version, and docker-compose 1.29 needs none")
                .doesNotContainKey("version");
    }
}
