package dev.rafthttp;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between modules and packages, and what no class of the library may do. */
class ArchitectureTest {
    private static final String ROOT = "dev.rafthttp";
    private static final String RAFTPB = "dev.rafthttp.raftpb";
    private static final String CODEC = "dev.rafthttp.codec";
    private static final String TLS = "dev.rafthttp.tls";
    private static final String METRICS = "dev.rafthttp.metrics";
    private static final String LEDGER = "dev.rafthttp.ledger";
    private static final String RUNTIME = "dev.rafthttp.runtime";
    private static final String QUEUE = "dev.rafthttp.queue";
    private static final String COUPLING = "dev.rafthttp.coupling";
    private static final String OUTBOUND = "dev.rafthttp.outbound";
    private static final String INBOUND = "dev.rafthttp.inbound";
    private static final String SNAPSHOT = "dev.rafthttp.snapshot";
    private static final String PEER = "dev.rafthttp.peer";
    private static final String BOTH_ENDS = "dev.rafthttp.jetty";
    private static final String CLIENT = "dev.rafthttp.client..";
    private static final String SERVER = "dev.rafthttp.server..";
    private static final String MICRORAFT = "dev.rafthttp.microraft";
    private static final String MICRORAFT_PROTO = "dev.rafthttp.microraft.proto";
    private static final String SIDECAR_CLIENT = "dev.rafthttp.sidecarclient";
    private static final String FACADE = "dev.rafthttp.transport";

    private static final String JAVA = "java..";
    private static final String JAVAX_TLS = "javax.net.ssl";
    private static final String JAVAX_NAMES = "javax.security.auth.x500";
    private static final String JAVAX_NAMING = "javax.naming..";
    private static final String JSPECIFY = "org.jspecify.annotations";
    private static final String PROTOBUF = "com.google.protobuf..";
    private static final String SLF4J = "org.slf4j..";
    private static final String JETTY = "org.eclipse.jetty..";

    /** A package, and all that it may depend on besides itself. */
    private record Arrows(String from, List<String> to) {
        Arrows(String from, String... to) {
            this(from, Stream.concat(Stream.of(from), Stream.of(to)).toList());
        }
    }

    private static List<Arrows> arrows() {
        return List.of(
                new Arrows(RAFTPB, JAVA, PROTOBUF),
                new Arrows(TLS, JAVA, JAVAX_TLS, JAVAX_NAMES, JAVAX_NAMING, JSPECIFY),
                new Arrows(ROOT, RAFTPB, TLS, JAVA, JSPECIFY),
                new Arrows(
                        CODEC,
                        ROOT,
                        RAFTPB,
                        PROTOBUF,
                        JSPECIFY,
                        "java.lang",
                        "java.lang.invoke",
                        "java.lang.runtime",
                        "java.io",
                        "java.nio",
                        "java.util",
                        "java.util.function",
                        "java.util.concurrent.atomic"),
                new Arrows(RUNTIME, ROOT, TLS, JAVA, JAVAX_TLS, JSPECIFY, SLF4J),
                new Arrows(METRICS, ROOT, RAFTPB, RUNTIME, JAVA, JSPECIFY, SLF4J),
                new Arrows(QUEUE, ROOT, RAFTPB, CODEC, JAVA, JSPECIFY, "org.jctools.."),
                new Arrows(COUPLING, ROOT, RAFTPB, JAVA, JSPECIFY, SLF4J),
                new Arrows(LEDGER, ROOT, RAFTPB, METRICS, RUNTIME, COUPLING, JAVA, JSPECIFY, SLF4J),
                new Arrows(OUTBOUND, ROOT, RAFTPB, CODEC, LEDGER, QUEUE, RUNTIME, JAVA, JSPECIFY, SLF4J),
                new Arrows(INBOUND, ROOT, RAFTPB, CODEC, LEDGER, QUEUE, RUNTIME, PROTOBUF, JAVA, JSPECIFY, SLF4J),
                new Arrows(SNAPSHOT, ROOT, RAFTPB, LEDGER, OUTBOUND, RUNTIME, JAVA, JSPECIFY),
                new Arrows(
                        PEER, ROOT, RAFTPB, CODEC, METRICS, LEDGER, QUEUE, RUNTIME, COUPLING, OUTBOUND, INBOUND,
                        SNAPSHOT, JAVA, JSPECIFY, SLF4J),
                new Arrows(
                        BOTH_ENDS, ROOT, RAFTPB, TLS, CODEC, METRICS, LEDGER, RUNTIME, COUPLING, PEER, JAVA, JSPECIFY,
                        SLF4J, JETTY),
                new Arrows(
                        CLIENT, BOTH_ENDS, ROOT, RAFTPB, TLS, CODEC, METRICS, LEDGER, RUNTIME, COUPLING, OUTBOUND,
                        INBOUND, SNAPSHOT, PEER, PROTOBUF, JAVA, JAVAX_TLS, JSPECIFY, SLF4J, JETTY),
                new Arrows(
                        SERVER,
                        BOTH_ENDS,
                        ROOT,
                        RAFTPB,
                        TLS,
                        CODEC,
                        METRICS,
                        RUNTIME,
                        COUPLING,
                        OUTBOUND,
                        INBOUND,
                        SNAPSHOT,
                        PEER,
                        PROTOBUF,
                        JAVA,
                        JAVAX_TLS,
                        JSPECIFY,
                        SLF4J,
                        JETTY,
                        "jakarta.servlet.."),
                new Arrows(
                        FACADE,
                        CLIENT,
                        CODEC,
                        SERVER,
                        BOTH_ENDS,
                        ROOT,
                        RAFTPB,
                        METRICS,
                        RUNTIME,
                        COUPLING,
                        PEER,
                        JAVA,
                        JSPECIFY,
                        "org.eclipse.jetty.ee11.servlet"),
                new Arrows(MICRORAFT_PROTO, JAVA, PROTOBUF),
                new Arrows(
                        MICRORAFT,
                        MICRORAFT_PROTO,
                        ROOT,
                        RAFTPB,
                        PROTOBUF,
                        JAVA,
                        JSPECIFY,
                        SLF4J,
                        "io.microraft",
                        "io.microraft.model..",
                        "io.microraft.transport"),
                new Arrows(
                        SIDECAR_CLIENT,
                        ROOT,
                        RAFTPB,
                        CODEC,
                        RUNTIME,
                        PROTOBUF,
                        JAVA,
                        JSPECIFY,
                        SLF4J,
                        "com.google.gson..",
                        "org.eclipse.jetty.client..",
                        "org.eclipse.jetty.http..",
                        "org.eclipse.jetty.io..",
                        "org.eclipse.jetty.util.."));
    }

    @ParameterizedTest
    @MethodSource("arrows")
    void shouldFollowTheArrowsWhenAPackageDependsOnAnother(Arrows arrows) {
        check(classes()
                .that()
                .resideInAPackage(arrows.from())
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(arrows.to().toArray(String[]::new)));
    }

    @ParameterizedTest
    @EnumSource
    void shouldStayInItsPackagesWhenAModuleIsBuilt(LibraryModule module) {
        check(classes()
                .that(module.builds())
                .should()
                .resideInAnyPackage(module.packages().toArray(String[]::new)));
    }

    @Test
    void shouldHaveNoCycleWhenPackagesDependOnEachOther() {
        check(slices().matching("dev.(**)").should().beFreeOfCycles());
    }

    @Test
    void shouldKnowNoHttpLibraryWhenInCore() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(BOTH_ENDS, CLIENT, SERVER, FACADE, SIDECAR_CLIENT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", JETTY, "jakarta.."));
    }

    /** protobuf's streams write to an OutputStream, and throw IOException: all of java.io that a codec needs to know. */
    @Test
    void shouldKnowOnlyBytesWhenInACodec() {
        check(noClasses()
                .that()
                .resideInAPackage(CODEC)
                .should()
                .dependOnClassesThat(resideInAPackage("java.io")
                        .and(not(assignableTo(IOException.class)))
                        .and(not(assignableTo(UncheckedIOException.class)))
                        .and(not(assignableTo(OutputStream.class)))
                        .or(assignableTo(Thread.class))));
    }

    /** The sidecar's client waits on threads of its own, in real time. */
    @Test
    void shouldTakeTimeFromTheSchedulerWhenItNeedsTime() {
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.rafthttp.runtime.SystemScheduler")
                .and()
                .resideOutsideOfPackage(SIDECAR_CLIENT)
                .should()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC"));
    }

    @Test
    void shouldNotSleepWhenItWaits() {
        check(noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class));
    }

    @Test
    void shouldLogThroughSlf4jWhenItHasSomethingToSay() {
        check(NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS);
        check(NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING);
    }

    @Test
    void shouldHaveNoStaticStateWhenWrittenByHand() {
        check(fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideOutsideOfPackages(RAFTPB, MICRORAFT_PROTO)
                .should()
                .beFinal());
    }

    @ParameterizedTest
    @EnumSource
    void shouldSeeItsClassesWhenAModuleIsChecked(LibraryModule module) {
        assertThat(LibraryModule.CLASSES.that(module.builds()).isEmpty())
                .as("whether there is no class of %s on the class path", module.artifactId())
                .isFalse();
    }

    private static void check(ArchRule rule) {
        rule.check(LibraryModule.CLASSES);
    }
}
