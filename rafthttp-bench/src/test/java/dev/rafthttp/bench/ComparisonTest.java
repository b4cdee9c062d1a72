package dev.rafthttp.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static List<String> line(double rate, double cpu) {
        return List.of(Lines.throughput("x", 128, 1, 1_000, 1_000 / rate, cpu));
    }

    @Test
    void shouldGiveTheMedianOfTheRoundsRatiosWhenRoundsDiffer() {
        Comparison comparison = new Comparison(Scenario.SMALL);
        for (double[] round : new double[][] {{4000, 1000}, {9000, 1500}, {1000, 500}}) {
            comparison.add("rafthttp", line(round[0], 0.5));
            comparison.add("go", line(round[1], 2));
        }

        assertThat(comparison.rows().lines())
                .containsExactly(
                        "| 128 B, 1 entry, window 2,048: messages/s | 4,000 | 1,000 | 4.00 × |",
                        "| 128 B, 1 entry, window 2,048: CPU µs a message | 0.50 | 2.00 | 0.25 × |");
    }

    @Test
    void shouldRefuseARoundWhenItsLinesLackANumber() {
        Comparison comparison = new Comparison(Scenario.LATENCY);

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
}
