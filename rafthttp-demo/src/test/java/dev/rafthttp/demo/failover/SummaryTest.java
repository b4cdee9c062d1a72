package dev.rafthttp.demo.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.MemberId;
import dev.rafthttp.demo.kv.Replica;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SummaryTest {
    @Test
    void shouldExitWithZeroWhenThereIsNoProblem() {
        Summary summary = summary(List.of());

        assertThat(summary.exitStatus()).isZero();
        assertThat(printed(summary)).contains("1, equal", "none lost").doesNotContain("PROBLEM");
    }

    @Test
    void shouldExitWithOneAndSaySoWhenThereIsAProblem() {
        Summary summary = summary(List.of("key b"));

        assertThat(summary.exitStatus()).isEqualTo(1);
        assertThat(printed(summary))
                .contains("PROBLEM: key b", "NOT AS PROMISED")
                .doesNotContain("none lost");
    }

    @Test
    void shouldCountTheRestWhenThereAreManyProblems() {
        List<String> problems =
                IntStream.range(0, 100).mapToObj(each -> "key-" + each + ":").toList();

        assertThat(printed(summary(problems)))
                .contains("PROBLEM: key-0:", "PROBLEM: key-19:", "and 80 more")
                .doesNotContain("key-20:");
    }

    private static Summary summary(List<String> problems) {
        return new Summary(
                1,
                Duration.ofSeconds(1),
                new Histogram(3),
                0,
                Duration.ofSeconds(2),
                1,
                List.of(new Replica(new MemberId(1), 10, new TreeMap<>())),
                problems);
    }

    private static String printed(Summary summary) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        summary.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
