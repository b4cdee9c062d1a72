package dev.rafthttp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The commands in runs too short to measure anything. */
class CommandsTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SIDECAR") // which would be built by a build within this one
    void shouldPrintOneLineOfThroughputWhenRunOnce(Carrier carrier) {
        int status = run(("throughput --runs 1 --warm-up 0 --count 300 --window 16 --entries 2 --transport " + carrier)
                .split(" "));

        assertThat(status).as(err.toString()).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString().strip())
                .matches(carrier + " size=128 entries=2 n=300  \\d+ msg/s  [\\d.]+ MB/s  cpu [\\d.]+ us/msg");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SIDECAR") // which would be built by a build within this one
    void shouldPrintOneLineOfLatencyWhenRunOnce(Carrier carrier) {
        int status = run(("latency --runs 1 --warm-up 0 --count 100 --transport " + carrier).split(" "));

        assertThat(status).as(err.toString()).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString().strip())
                .matches(carrier
                        + " size=128 rate=2000 n=\\d+ p50=[\\d.]+us p99=[\\d.]+us p999=[\\d.]+us max=[\\d.]+us");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SIDECAR") // which would be built by a build within this one
    void shouldPrintHeartbeatsAndRatesWhenRunMixed(Carrier carrier) {
        int status = run(("mixed --runs 1 --warm-up 0 --size 100000 --count 300 --transport " + carrier).split(" "));

        assertThat(status).as(err.toString()).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString().strip())
                .matches(carrier + " mixed size=100000 rate=200 n=\\d+ p50=.*us  \\d+ msg/s  [\\d.]+ MB/s");
    }

    @ParameterizedTest
    @EnabledOnOs(OS.LINUX) // which counts context switches
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SIDECAR") // which would be built by a build within this one
    void shouldPrintWhatAMessageTakesWhenPaced(Carrier carrier) {
        int status = run(("paced --runs 1 --warm-up 0 --seconds 1 --rate 200 --transport " + carrier).split(" "));

        assertThat(status).as(err.toString()).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString().strip())
                .matches(carrier + " paced size=128 rate=200 n=\\d+ p50=[\\d.]+us p99=[\\d.]+us p999=[\\d.]+us"
                        + " max=[\\d.]+us  cpu [\\d.]+ us/msg  [\\d.]+ switches/msg");
    }

    @ParameterizedTest
    @ValueSource(strings = {"throughput --count 10", "peers --to 2 --factor 2 --count 10"})
    void shouldBeginEachRunWhenStandardInputSaysSo(String command) {
        InputStream own = System.in;
        System.setIn(new ByteArrayInputStream("\n\n".getBytes(StandardCharsets.US_ASCII)));
        int status;
        try {
            status = run((command + " --warm-up 0 --on-demand --runs 9").split(" "));
        } finally {
            System.setIn(own);
        }

        assertThat(status).as(err.toString()).isEqualTo(CommandLine.ExitCode.OK);
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).filteredOn("ready"::equals).hasSize(3);
        assertThat(lines).endsWith("ready");
        assertThat(lines.subList(lines.indexOf("ready"), lines.size()))
                .filteredOn(line -> !line.equals("ready") && !line.contains("peers="))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"--from 1 --to 2, 1", "--from 1 --to 2, 2"})
    void shouldPrintOneLineAStepWhenPeersDouble(String range, int peers) {
        int status = run(("peers --count 200 --warm-up 0 " + range).split(" "));

        assertThat(status).as(err.toString()).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString().lines())
                .hasSize(3)
                .anyMatch(
                        line -> line.matches(
                                "rafthttp peers=" + peers
                                        + " size=128 window=2048 n=200  .* msg/s .* cpu .* us/msg  threads [1-9]\\d*  heap \\d+ KiB/peer"))
                .last()
                .asString()
                .matches(
                        "rafthttp 2 peers beside 1: .* x the CPU a message, -?\\d+ threads more, \\d+ KiB of heap a peer,"
                                + " \\d+ messages a second to all, at [\\d.]+ us of CPU each");
    }

    @Test
    void shouldPrintALineAMinuteAndWhatBecameOfThemWhenSoaked() {
        int status = run("soak", "--quick");

        assertThat(status).as(err.toString()).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString().lines())
                .hasSize(3)
                .last()
                .satisfies(line -> Row.of(Scenario.SOAK)
                        .forEach(row ->
                                assertThat(row.metric().in(line)).as(line).isPresent()));
    }

    @Test
    void shouldPrintEachCaseAndTheWorstWhenCodecsRun() {
        int status = run("codecs", "--quick", "--entries", "1", "--size", "128");

        assertThat(status).as(err.toString()).isEqualTo(CommandLine.ExitCode.OK);
        assertThat(out.toString().lines())
                .hasSize(4)
                .last()
                .satisfies(line -> Row.of(Scenario.CODECS)
                        .forEach(row ->
                                assertThat(row.metric().in(line)).as(line).isPresent()));
    }

    @ParameterizedTest
    @CsvSource({
        "throughput --size 7, --size is 7",
        "throughput --entries 0, --entries is 0",
        "throughput --window 0, --window is 0",
        "throughput --transport pigeon, pigeon",
        "latency --rate 0, --rate is 0",
        "mixed --count 0, --count is 0",
        "peers --from 3 --to 2, --to is 2",
        "soak --minutes 0, --minutes is 0",
        "compare --rounds 0, --rounds is 0",
        "compare --scenarios nothing, nothing",
        "compare --peers pigeon, pigeon",
        "compare --short --scenario soak, soak cannot be run with --short",
        "paced --seconds 0, --seconds is 0",
    })
    void shouldSayWhatIsWrongWhenAnArgumentIs(String arguments, String said) {
        int status = run(arguments.split(" "));

        assertThat(status).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(err.toString()).contains(said);
        assertThat(out.toString()).isEmpty();
    }
}
