package dev.rafthttp.sidecar;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the executable's packages, and from them to the other modules; and how large a package may be. */
class ArchitectureTest {
    private static final String PROJECT = "dev.rafthttp..";

    private static final String CORE = "dev.rafthttp";
    private static final String RAFTPB = "dev.rafthttp.raftpb";
    private static final String CODEC = "dev.rafthttp.codec";
    private static final String METRICS = "dev.rafthttp.metrics";
    private static final String PEER = "dev.rafthttp.peer";
    private static final String COUPLING = "dev.rafthttp.coupling";
    private static final String INBOUND = "dev.rafthttp.inbound";
    private static final String RUNTIME = "dev.rafthttp.runtime";
    private static final String TLS = "dev.rafthttp.tls";
    private static final String CLIENT = "dev.rafthttp.client";
    private static final String BOTH_ENDS = "dev.rafthttp.jetty";
    private static final String TRANSPORT = "dev.rafthttp.transport";
    private static final String SIDECAR_CLIENT = "dev.rafthttp.sidecarclient";

    private static final String MAIN = "dev.rafthttp.sidecar";
    private static final String OPTIONS = "dev.rafthttp.options";
    private static final String JSON = "dev.rafthttp.sidecar.json";
    private static final String STATE = "dev.rafthttp.sidecar.state";
    private static final String HTTP = "dev.rafthttp.sidecar.http";
    private static final String EVENTS = "dev.rafthttp.sidecar.events";
    private static final String PEERS = "dev.rafthttp.sidecar.peers";
    private static final String TAP = "dev.rafthttp.sidecar.tap";
    private static final String MESSAGES = "dev.rafthttp.sidecar.messages";
    private static final String SNAPSHOTS = "dev.rafthttp.sidecar.snapshots";
    private static final String STATUS = "dev.rafthttp.sidecar.status";
    private static final String MEMBER = "dev.rafthttp.sidecar.member";
    private static final String DECODE = "dev.rafthttp.sidecar.decode";
    private static final String RELAY = "dev.rafthttp.sidecar.relay";
    private static final String STAND_IN = "dev.rafthttp.sidecar.relay.standin";

    /** What of this project each package may depend on besides itself. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry(JSON, List.of(CORE, RAFTPB)),
            Map.entry(STATE, List.of(JSON, OPTIONS, CORE)),
            Map.entry(HTTP, List.of(JSON, OPTIONS, SIDECAR_CLIENT, BOTH_ENDS, RUNTIME, CORE)),
            Map.entry(EVENTS, List.of(HTTP, JSON, CORE)),
            Map.entry(PEERS, List.of(HTTP, STATE, OPTIONS, CORE)),
            Map.entry(TAP, List.of(HTTP, JSON, OPTIONS, SIDECAR_CLIENT, CORE, RAFTPB)),
            Map.entry(
                    MESSAGES,
                    List.of(PEERS, EVENTS, TAP, HTTP, JSON, CLIENT, COUPLING, INBOUND, RUNTIME, CODEC, CORE, RAFTPB)),
            Map.entry(SNAPSHOTS, List.of(MESSAGES, EVENTS, HTTP, JSON, PEER, CODEC, CORE, RAFTPB)),
            Map.entry(STATUS, List.of(MESSAGES, EVENTS, JSON, CORE)),
            Map.entry(
                    MEMBER,
                    List.of(
                            STATUS,
                            SNAPSHOTS,
                            MESSAGES,
                            PEERS,
                            EVENTS,
                            TAP,
                            HTTP,
                            JSON,
                            OPTIONS,
                            SIDECAR_CLIENT,
                            TRANSPORT,
                            METRICS,
                            COUPLING,
                            TLS,
                            CORE,
                            RAFTPB)),
            Map.entry(DECODE, List.of(JSON, OPTIONS, CODEC, CORE, RAFTPB)),
            Map.entry(
                    STAND_IN,
                    List.of(
                            EVENTS, TAP, HTTP, TRANSPORT, CLIENT, BOTH_ENDS, METRICS, PEER, COUPLING, INBOUND, CODEC,
                            RUNTIME, CORE, RAFTPB)),
            Map.entry(RELAY, List.of(STAND_IN, EVENTS, TAP, STATE, HTTP, JSON, OPTIONS, CORE, RAFTPB)),
            Map.entry(MAIN, List.of(MEMBER, RELAY, DECODE, TAP, OPTIONS, CORE)));

    private static final int MAX_FILES = 25;
    private static final int MAX_LINES = 3_000;

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(MAIN);

    private static Set<String> packages() {
        return ARROWS.keySet();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void shouldFollowTheArrowsWhenAPackageDependsOnAnother(String from) {
        String[] to = Stream.concat(Stream.of(from), ARROWS.getOrDefault(from, List.of()).stream())
                .toArray(String[]::new);

        classes()
                .that()
                .resideInAPackage(from)
                .should()
                .onlyDependOnClassesThat(resideOutsideOfPackage(PROJECT).or(resideInAnyPackage(to)))
                .check(CLASSES);
    }

    @Test
    void shouldHaveArrowsWhenThereIsAPackage() {
        assertThat(CLASSES.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> name.equals(MAIN) || name.startsWith(MAIN + "."))
                        .collect(Collectors.toSet()))
                .isEqualTo(packages());
    }

    @Test
    void shouldHaveNoCycleWhenPackagesDependOnEachOther() {
        slices().matching("dev.rafthttp.sidecar.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void shouldFitIntoAHeadWhenItIsAPackage(String name) throws IOException {
        Path folder = Path.of("src", "main", "java").resolve(name.replace('.', '/'));
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> files =
                    all.filter(file -> file.toString().endsWith(".java")).toList();

            assertThat(files).hasSizeBetween(1, MAX_FILES);
            assertThat(files.stream().mapToLong(ArchitectureTest::lines).sum()).isLessThanOrEqualTo(MAX_LINES);
        }
    }

    private static long lines(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
