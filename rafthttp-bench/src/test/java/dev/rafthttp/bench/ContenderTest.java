package dev.rafthttp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContenderTest {
    private static final List<Program> PROGRAMS = Stream.of("rafthttp", "before", "go", "grpc", "tcp")
            .map(name -> new Program(name, List.of()))
            .toList();

    private static List<String> names(Scenario scenario) {
        return Contender.of(scenario, PROGRAMS).stream()
                .map(Contender::toString)
                .toList();
    }

    @Test
    void shouldSendBothBuildsThroughSidecarsTooWhenPaced() {
        assertThat(names(Scenario.PACED))
                .containsExactly("rafthttp", "rafthttp-sidecar", "before", "before-sidecar", "go", "tcp");
        assertThat(Contender.of(Scenario.PACED, PROGRAMS).get(3).options()).containsExactly("--transport", "sidecar");
    }

    @Test
    void shouldTellOnlyOurProgramsWhatCarriesWhenTheyHaveTheChoice() {
        assertThat(Contender.of(Scenario.MIXED, PROGRAMS))
                .extracting(contender -> String.join(" ", contender.options()))
                .containsExactly(
                        "--transport rafthttp", "--transport rafthttp", "", "--transport grpc", "--transport tcp");
    }

    @ParameterizedTest
    @EnumSource(names = {"CODECS", "PEERS", "SOAK"})
    void shouldRunOurBuildsAloneWhenNobodyElseCan(Scenario scenario) {
        assertThat(Contender.of(scenario, PROGRAMS))
                .extracting(contender -> contender.program().name() + contender.options())
                .containsExactly("rafthttp[]", "before[]");
    }
}
