package dev.rafthttp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ComparisonTest {
    private static List<String> line(double rate, double cpu) {
        return List.of(Lines.throughput("x", 128, 1, 1_000, 1_000 / rate, cpu));
    }

    @Test
    void shouldGiveTheMedianOfTheRoundsRatiosWhenRoundsDiffer() {
        Comparison comparison = new Comparison(Scenario.THROUGHPUT_128, List.of("rafthttp", "go"));
        for (double[] round : new double[][] {{4000, 1000}, {9000, 1500}, {1000, 500}}) {
            comparison.add("rafthttp", line(round[0], 0.5));
            comparison.add("go", line(round[1], 2));
        }

        assertThat(comparison.rows().lines())
                .containsExactly(
                        "| 128 B, 1 entry, window 2,048: messages/s | 4,000 | 1,000 | 4.00 × |"
                                + " ≥ 3 × go (goal 5); ≥ 3 × grpc | met; not measured |",
                        "| 128 B, 1 entry, window 2,048: CPU µs a message | 0.50 | 2.00 | 0.25 × |"
                                + " ≤ 0.4 × go (goal 0.2) | met |");
        assertThat(comparison.verdicts())
                .containsOnly(entry(Target.Verdict.MET, 2), entry(Target.Verdict.NOT_MEASURED, 1));
    }

    @Test
    void shouldRefuseARoundWhenItsLinesLackANumber() {
        Comparison comparison = new Comparison(Scenario.LATENCY, List.of("rafthttp", "go"));

        assertThatThrownBy(() -> comparison.add("go", List.of("LOST 3 messages")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("go printed no p50")
                .hasMessageContaining("LOST 3 messages");
    }

    @Test
    void shouldReadEveryNumberWhenALineHasIt() {
        String line = "go mixed size=8 rate=200 n=9 p50=1.5us p99=2.5us p999=3.5us max=4.5us  7 msg/s  8.5 MB/s";

        assertThat(Metric.P50.in(line)).hasValue(1.5);
        assertThat(Metric.P99.in(line)).hasValue(2.5);
        assertThat(Metric.P999.in(line)).hasValue(3.5);
        assertThat(Metric.MAX.in(line)).hasValue(4.5);
        assertThat(Metric.MESSAGES.in(line)).hasValue(7);
        assertThat(Metric.MEGABYTES.in(line)).hasValue(8.5);
        assertThat(Metric.CPU.in(line)).isEmpty();
    }

    @Test
    void shouldLeaveThePeersCellsEmptyWhenOursRanAlone() {
        Comparison comparison = new Comparison(Scenario.PEERS, List.of("rafthttp", "go"));
        comparison.add(
                "rafthttp",
                List.of(
                        "rafthttp 256 peers beside 1: 1.60 x the CPU a message, -2 threads more, 93 KiB of heap a peer"));

        assertThat(comparison.rows().lines())
                .containsExactly(
                        "| 256 peers in one process: CPU a message beside one peer's | 1.60 |  |  | ≤ 1.5 | **missed** |",
                        "| 256 peers in one process: threads more | -2.00 |  |  | ≤ 0 | met |",
                        "| 256 peers in one process: KiB of heap a peer at rest | 93.00 |  |  | ≤ 256 | met |");
    }

    @ParameterizedTest
    @CsvSource({"1000, GOAL_MET", "1001, MET", "5000, MET", "5001, MISSED"})
    void shouldTellTheGoalFromTheTargetWhenJudging(double measured, Target.Verdict verdict) {
        assertThat(Target.atMost(5_000, 1_000).verdict(OptionalDouble.of(measured)))
                .isEqualTo(verdict);
    }

    @ParameterizedTest
    @EnumSource(Scenario.class)
    void shouldHaveATargetWhenItIsAScenario(Scenario scenario) {
        assertThat(Row.of(scenario)).anyMatch(row -> !row.targets().isEmpty());
    }
}
