package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds what users see of each module, which is all that is public or protected, to the text in {@code docs/api}, so that it
 * changes on purpose only. The text is javap's.
 */
class ApiFreezeTest {
    private static final String UPDATE = "mvn -B test -pl rafthttp-server -am -Dtest=ApiFreezeTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dapi.update";

    /** Where a class was compiled from, the methods that every record has, and how a method keeps other threads out. */
    private static final Pattern NOISE = Pattern.compile(
            "Compiled from .*\\R|  public .* (toString\\(\\)|hashCode\\(\\)|equals\\(java.lang.Object\\));\\R"
                    + "|synchronized ");

    private static final Set<String> GENERATED = Set.of("dev.rafthttp.raftpb", "dev.rafthttp.microraft.proto");

    @ParameterizedTest
    @EnumSource
    void shouldBeAsFrozenWhenUsersSeeAModule(LibraryModule module) throws IOException {
        Path frozen = Path.of("..", "docs", "api", module.artifactId() + ".txt");
        String surface = surface(module);
        if (System.getProperty("api.update") != null) {
            Files.createDirectories(frozen.getParent());
            Files.writeString(frozen, surface);
        }
        assertThat(frozen)
                .as("the public surface of %s; if it has to change, run `%s`", module.artifactId(), UPDATE)
                .exists()
                .hasContent(surface);
    }

    private static String surface(LibraryModule module) {
        Stream<String> files = LibraryModule.CLASSES.that(module.builds()).stream()
                .filter(ApiFreezeTest::isSeen)
                .sorted(Comparator.comparing(JavaClass::getName))
                .map(type -> type.getSource().orElseThrow().getUri().toString());
        ToolProvider javap = ToolProvider.findFirst("javap").orElseThrow();
        StringWriter text = new StringWriter();
        PrintWriter out = new PrintWriter(text);
        int status = javap.run(
                out,
                out,
                Stream.concat(Stream.of("-protected", "-constants"), files).toArray(String[]::new));
        assertThat(status).as("javap's exit status; it said: %s", text).isZero();
        return NOISE.matcher(text.toString()).replaceAll("");
    }

    /** A class that others may name, or one whose members they see in a subclass. Generated ones are frozen by their .proto. */
    private static boolean isSeen(JavaClass type) {
        return !GENERATED.contains(type.getPackageName())
                && (isVisible(type) || type.getAllSubclasses().stream().anyMatch(ApiFreezeTest::isVisible));
    }

    private static boolean isVisible(JavaClass type) {
        return (type.getModifiers().contains(JavaModifier.PUBLIC)
                        || type.getModifiers().contains(JavaModifier.PROTECTED))
                && type.getEnclosingClass().map(ApiFreezeTest::isVisible).orElse(true);
    }
}
