package dev.rafthttp.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.options.Commands;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.WrongOptionsException;
import dev.rafthttp.sidecar.member.SidecarCommand;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What the manifests set is what the commands have. */
class KubeOptionsTest {
    private static final Set<String> NODE_VARIABLES = Set.of(
            "RAFTHTTP_NAME",
            "RAFTHTTP_INITIAL_CLUSTER",
            "RAFTHTTP_NODE",
            "RAFTHTTP_DATA_DIR",
            "RAFTHTTP_LISTEN_KV",
            "RAFTHTTP_KV_URLS");

    /** Is read by bin/rafthttp. */
    private static final String JAVA_OPTS = "JAVA_OPTS";

    /** A mistake that is made on purpose, so that the sidecar says what else it finds, and does not start. */
    private static final Map<String, String> MISTAKE = Map.of("RAFTHTTP_LOG_FORMAT", "none");

    static List<KubeManifests> all() throws IOException, InterruptedException {
        return KubeManifestsTest.all();
    }

    private static CommandLine rafthttp(Map<String, String> environment) {
        Mistakes mistakes = new Mistakes();
        return Commands.commandLine(
                new String[0],
                environment,
                System.out,
                System.err,
                mistakes,
                List.of(new SidecarCommand(mistakes, System.err, new CountDownLatch(0))));
    }

    private static CommandSpec sidecar() {
        return rafthttp(Map.of()).getSubcommands().get("sidecar").getCommandSpec();
    }

    private static Set<String> variables(Container container) {
        return container.getEnv().stream().map(EnvVar::getName).collect(Collectors.toSet());
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldSetOnlyOptionsThatTheCommandHas(KubeManifests manifests) {
        Set<String> options = sidecar().options().stream()
                .map(option ->
                        option.longestName().substring(2).replace('-', '_').toUpperCase(Locale.ROOT))
                .map(name -> "RAFTHTTP_" + name)
                .collect(Collectors.toSet());
        options.add(JAVA_OPTS);
        Container sidecar = manifests.container("sidecar");
        Container node = manifests.container("node");

        assertThat(sidecar.getArgs()).containsExactly("sidecar");
        assertThat(variables(sidecar)).isSubsetOf(options);
        assertThat(node.getArgs()).containsExactly("node");
        assertThat(variables(node))
                .contains(JAVA_OPTS)
                .containsAll(NODE_VARIABLES)
                .hasSize(NODE_VARIABLES.size() + 1);
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldSetOnlyValuesThatTheSidecarTakes(KubeManifests manifests) {
        for (String pod : manifests.podNames()) {
            assertThat(mistakes(manifests.environment("sidecar", pod)))
                    .as(pod)
                    .allMatch(KubeOptionsTest::isAboutAFileOfTheSecret);
        }
    }

    /** Which are there in a pod, and here are not. */
    private static boolean isAboutAFileOfTheSecret(String mistake) {
        return mistake.contains("/etc/rafthttp/tls/") && mistake.endsWith("is not there");
    }

    @Test
    void shouldSeeAWrongValueWhenThereIsOne() throws IOException {
        KubeManifests base = KubeManifests.ofBase();

        assertThat(mistakes(base.environment("sidecar", "rafthttp-3"))).anyMatch(line -> line.contains("rafthttp-3"));
    }

    private static List<String> mistakes(Map<String, String> environment) {
        CommandLine rafthttp = rafthttp(Stream.of(environment, MISTAKE)
                .flatMap(map -> map.entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
        List<String> mistakes = new ArrayList<>();
        rafthttp.setExecutionExceptionHandler((failure, command, ignored) -> {
            if (!(failure instanceof WrongOptionsException wrong)) {
                throw failure;
            }
            mistakes.addAll(wrong.mistakes());
            return CommandLine.ExitCode.USAGE;
        });

        assertThat(rafthttp.execute("sidecar")).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(mistakes.removeIf(line -> line.startsWith("--log-format"))).isTrue();
        return mistakes;
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldLeaveTheSidecarItsGraceWhenAPodEnds(KubeManifests manifests) {
        OptionSpec grace = sidecar().findOption("--shutdown-grace");
        assertThat(manifests.environment("sidecar", "rafthttp-0")).doesNotContainKey("RAFTHTTP_SHUTDOWN_GRACE");

        assertThat(Duration.ofSeconds(manifests.pod().getTerminationGracePeriodSeconds()))
                .isGreaterThan(Duration.parse("PT" + grace.defaultValue()));
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldKeepVariablesOfServicesOutOfTheEnvironment(KubeManifests manifests) {
        // The Service rafthttp-kv would set RAFTHTTP_KV_PORT.
        assertThat(manifests.pod().getEnableServiceLinks()).isFalse();
        assertThat(manifests.pod().getAutomountServiceAccountToken()).isFalse();
    }
}
