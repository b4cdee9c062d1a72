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
                        "| 128 B, 1 entry, window 2,048: CPU µs per message | 0.50 | 2.00 | 0.25 × |"
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
                        "rafthttp peers=1 size=128 window=2048 n=9  7 msg/s  8.5 MB/s  cpu 9.99 us/msg  threads 9  heap 9 KiB/peer",
                        "rafthttp 256 peers beside 1: 1.60 x the CPU a message, -2 threads more, 93 KiB of heap a peer,"
                                + " 2100000 messages a second to all, at 0.890 us of CPU each"));

        assertThat(comparison.rows().lines())
                .containsExactly(
                        "| 256 peers in one process: messages/s | 2,100,000 |  |  |  |  |",
                        "| 256 peers in one process: CPU µs per message | 0.89 |  |  |  |  |",
                        "| 256 peers in one process: CPU per message ÷ one peer's | 1.60 |  |  | ≤ 2.2 (goal 1.5) | met |",
                        "| 256 peers in one process: additional threads | -2.00 |  |  | ≤ 4 (goal 0) | goal met |",
                        "| 256 peers in one process: KiB of heap per peer at rest | 93.00 |  |  | ≤ 256 | met |");
    }

    private static List<String> paced(double p50, double cpu, double sidecarsCpu) {
        String line = Lines.format(
                "x paced size=128 rate=2000 n=9 p50=%.1fus p99=%.1fus p999=9.0us max=9.0us  cpu %.2f us/msg  4.00 switches/msg",
                p50, 2 * p50, cpu);
        return List.of(
                sidecarsCpu == 0
                        ? line
                        : line + Lines.format("  sidecars cpu %.2f us/msg  3.00 switches/msg", sidecarsCpu));
    }

    @Test
    void shouldHoldEachBuildBesideTheOtherInProcessAndThroughSidecarsWhenPaced() {
        Comparison comparison = new Comparison(Scenario.PACED, List.of("rafthttp", "before", "go", "tcp"));
        comparison.add("rafthttp", paced(22, 60, 0));
        comparison.add("rafthttp", Carrier.SIDECAR, paced(110, 250, 200));
        comparison.add("before", paced(44, 120, 0));
        comparison.add("before", Carrier.SIDECAR, paced(220, 500, 400));
        comparison.add("go", paced(40, 80, 0));
        comparison.add("tcp", paced(20, 50, 0));

        String title = "| 128 B at 2,000/s, all processes";
        assertThat(comparison.rows().lines())
                .contains(
                        title
                                + ": CPU µs per message | 60.00 | 120 | 0.50 × | 80.00 | 0.75 × | 50.00 | 1.20 × | ≤ 1 × go | met |",
                        title
                                + ": p50 µs | 22.00 | 44.00 | 0.50 × | 40.00 | 0.55 × | 20.00 | 1.10 × | ≤ 1.15 × tcp | met |",
                        title
                                + " through two sidecars: CPU µs per message | 250 | 500 | 0.50 × | 80.00 | 3.13 × | 50.00 | 5.00 ×"
                                + " | ≤ 3 × go | **missed** |",
                        title
                                + " through two sidecars: CPU µs per message of the sidecars alone | 200 | 400 | 0.50 × |  |  |  | "
                                + " |  |  |");
    }

    @Test
    void shouldRefuseARoundThroughSidecarsWhenTheirShareIsMissing() {
        Comparison comparison = new Comparison(Scenario.PACED, List.of("rafthttp"));

        assertThatThrownBy(() -> comparison.add("rafthttp", Carrier.SIDECAR, paced(110, 250, 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("of the sidecars alone");
    }

    @Test
    void shouldTakeLessThanTwelveMinutesInShortWhenAllButGrpcTakePart() {
        List<Program> programs = List.of("rafthttp", "before", "go", "tcp").stream()
                .map(name -> new Program(name, List.of()))
                .toList();
        int seconds = 0;
        for (Scenario scenario : Scenario.values()) {
            int contenders = Contender.of(scenario, programs).size();
            seconds +=
                    scenario.inShort().map(each -> each.seconds(contenders, 5)).orElse(0);
        }

        assertThat(seconds).isBetween(1, 720);
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
