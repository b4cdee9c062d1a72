package dev.rafthttp;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.regex.Pattern;

/** A module that users depend on, with the packages it owns. */
enum LibraryModule {
    CORE("rafthttp-core"),
    CLIENT("rafthttp-client"),
    SERVER("rafthttp-server"),
    MICRORAFT("rafthttp-microraft"),
    SIDECAR_CLIENT("rafthttp-sidecar-client");

    private static final Pattern TEST_JAR = Pattern.compile(".*-tests\\.jar.*");

    /** The main classes of every module, as they stand on the class path. */
    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.matches(TEST_JAR))
            .importPackages("dev.rafthttp");

    private final String artifactId;

    LibraryModule(String artifactId) {
        this.artifactId = artifactId;
    }

    String artifactId() {
        return artifactId;
    }

    List<String> packages() {
        return switch (this) {
            case CORE ->
                List.of(
                        "dev.rafthttp",
                        "dev.rafthttp.raftpb",
                        "dev.rafthttp.tls",
                        "dev.rafthttp.codec",
                        "dev.rafthttp.runtime",
                        "dev.rafthttp.metrics",
                        "dev.rafthttp.ledger",
                        "dev.rafthttp.queue",
                        "dev.rafthttp.coupling",
                        "dev.rafthttp.outbound",
                        "dev.rafthttp.inbound",
                        "dev.rafthttp.snapshot",
                        "dev.rafthttp.peer");
            case CLIENT -> List.of("dev.rafthttp.client..", "dev.rafthttp.jetty");
            case SERVER -> List.of("dev.rafthttp.server..", "dev.rafthttp.transport");
            case MICRORAFT -> List.of("dev.rafthttp.microraft..");
            case SIDECAR_CLIENT -> List.of("dev.rafthttp.sidecarclient");
        };
    }

    /** Whether a class was built by this module, be it read from its folder of classes or from its jar. */
    DescribedPredicate<JavaClass> builds() {
        String folder = "/" + artifactId + "/target/";
        return DescribedPredicate.describe(
                "are built by " + artifactId,
                type -> type.getSource()
                        .orElseThrow(() -> new IllegalStateException(type.getName() + " was not imported from a file"))
                        .getUri()
                        .toString()
                        .contains(folder));
    }
}
