package dev.rafthttp.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ScenarioTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void shouldRepeatItsFaultsWhenTheSeedIsTheSame() {
        List<Scenario.Choice> faults = Scenario.choices(7, 10);

        assertThat(Scenario.choices(7, 10)).isEqualTo(faults).hasSize(10);
        assertThat(IntStream.range(1, 20).mapToObj(seed -> Scenario.choices(seed, 10)))
                .as("different seeds choose differently")
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldListEveryFaultWhenAskedForNames() {
        assertThat(run("--list")).isZero();
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "kill-node",
                        "kill-sidecar",
                        "pause-sidecar",
                        "pause-node",
                        "cut-network",
                        "cut-one-direction",
                        "rolling-restart",
                        "random-1",
                        "random-2",
                        "random-3");
    }

    @ParameterizedTest
    @CsvSource({
        "--cluster=k8s, '--cluster is k8s, expected kv or etcd'",
        "--faults=0, '--faults is 0, expected 1 to 1000'",
        "--scenario=nonsense, '--scenario is nonsense, expected one of kill-node, kill-sidecar'",
        "--seed=x, '--seed'"
    })
    void shouldNameTheValueAndWhatIsExpectedWhenAnOptionIsWrong(String option, String message) {
        assertThat(run(option, "--list")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains(message);
    }

    private int run(String... options) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return Main.run(options, Path.of(".."), out, out);
    }
}
