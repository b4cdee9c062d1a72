package dev.rafthttp.demo;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the demo's packages, and from them to the other modules. */
class ArchitectureTest {
    private static final String PROJECT = "dev.rafthttp..";

    private static final String CORE = "dev.rafthttp";
    private static final String RAFTPB = "dev.rafthttp.raftpb";
    private static final String MICRORAFT = "dev.rafthttp.microraft";
    private static final String SIDECAR_CLIENT = "dev.rafthttp.sidecarclient";
    private static final String BOTH_ENDS = "dev.rafthttp.jetty";
    private static final String OPTIONS = "dev.rafthttp.options";
    private static final String TRANSPORT = "dev.rafthttp.transport";

    private static final String MAIN = "dev.rafthttp.demo";
    private static final String COMMAND = "dev.rafthttp.demo.command";
    private static final String KV = "dev.rafthttp.demo.kv";
    private static final String KV_PROTO = "dev.rafthttp.demo.kv.proto";
    private static final String STORE = "dev.rafthttp.demo.store";
    private static final String STORE_PROTO = "dev.rafthttp.demo.store.proto";
    private static final String LOAD = "dev.rafthttp.demo.load";
    private static final String FAILOVER = "dev.rafthttp.demo.failover";
    private static final String NODE = "dev.rafthttp.demo.node";

    /** What of this project each package may depend on besides itself. */
    private static final Map<String, List<String>> ARROWS = Map.of(
            COMMAND, List.of(),
            KV_PROTO, List.of(),
            STORE_PROTO, List.of(),
            STORE, List.of(STORE_PROTO, OPTIONS, MICRORAFT, CORE, RAFTPB),
            KV, List.of(KV_PROTO, STORE, OPTIONS, MICRORAFT, BOTH_ENDS, CORE, RAFTPB),
            LOAD, List.of(KV),
            FAILOVER, List.of(LOAD, KV, COMMAND, OPTIONS, CORE),
            NODE, List.of(KV, STORE, COMMAND, OPTIONS, SIDECAR_CLIENT, CORE, RAFTPB),
            MAIN, List.of(FAILOVER, NODE, KV, COMMAND, OPTIONS, TRANSPORT, CORE));

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
        assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
                .isEqualTo(packages());
    }
}
