package dev.rafthttp.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds the pictures in docs/architecture.md to the code. A picture has an arrow for each dependency that no other arrows imply. The test
 * is in this module because it is the last one that is built, so that all others are on its class path.
 */
class ArchitectureTest {
    private static final Path PAGE = Path.of("..", "docs", "architecture.md");
    private static final String ROOT = "dev.rafthttp";
    private static final String MODULES = "modules";
    private static final String PACKAGES = "packages of ";

    /** A picture, of which the first line says what it shows. */
    private static final Pattern PICTURE =
            Pattern.compile("```mermaid\n%% (?<what>[^\n]*)\nflowchart TD\n(?<arrows>.*?)```", Pattern.DOTALL);

    private static final Pattern ARROW = Pattern.compile(" {4}(\\S+) --> (\\S+)");

    /** In a folder of classes, in a jar that the build made, or in a jar of the local repository. */
    private static final Pattern MODULE = Pattern.compile(".*/rafthttp-([a-z-]+)/(?:target|[0-9][^/]*)/.*");

    /** Fixtures, and what JMH generates. */
    private static final Pattern OTHERS = Pattern.compile(".*(-tests\\.jar|/jmh_generated/).*");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.matches(OTHERS))
            .importPackages(ROOT);

    private static String module(JavaClass type) {
        String source = type.getSource().orElseThrow().getUri().toString();
        Matcher module = MODULE.matcher(source);
        assertThat(module.matches()).as(source).isTrue();
        return module.group(1);
    }

    private static String packageOf(JavaClass type) {
        return type.getPackageName().equals(ROOT)
                ? "rafthttp"
                : type.getPackageName().substring(ROOT.length() + 1);
    }

    private static Map<String, Map<String, Set<String>>> pictures() throws IOException {
        Map<String, Map<String, Set<String>>> pictures = new LinkedHashMap<>();
        Matcher picture = PICTURE.matcher(Files.readString(PAGE));
        while (picture.find()) {
            Map<String, Set<String>> arrows = new TreeMap<>();
            picture.group("arrows").lines().forEach(line -> {
                Matcher arrow = ARROW.matcher(line);
                assertThat(arrow.matches())
                        .as("whether this is an arrow: " + line)
                        .isTrue();
                arrows.computeIfAbsent(arrow.group(1), any -> new TreeSet<>()).add(arrow.group(2));
            });
            pictures.put(picture.group("what"), arrows);
        }
        return pictures;
    }

    /** Who depends on whom, directly. */
    private static Map<String, Set<String>> dependencies(Predicate<JavaClass> shown, Function<JavaClass, String> room) {
        Map<String, Set<String>> all = new TreeMap<>();
        for (JavaClass from : CLASSES) {
            if (shown.test(from)) {
                Set<String> to = all.computeIfAbsent(room.apply(from), any -> new TreeSet<>());
                for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    if (CLASSES.contain(target.getName()) && shown.test(target)) {
                        to.add(room.apply(target));
                    }
                }
                to.remove(room.apply(from));
            }
        }
        return all;
    }

    /** Those arrows which no longer way implies. */
    private static Map<String, Set<String>> reduced(Map<String, Set<String>> arrows) {
        Map<String, Set<String>> reduced = new TreeMap<>();
        arrows.forEach((from, direct) -> {
            assertThat(reached(direct, arrows)).as("what %s depends on", from).doesNotContain(from);
            Set<String> needed = new TreeSet<>(direct);
            direct.forEach(each -> needed.removeAll(reached(arrows.getOrDefault(each, Set.of()), arrows)));
            if (!needed.isEmpty()) {
                reduced.put(from, needed);
            }
        });
        return reduced;
    }

    private static Set<String> reached(Set<String> first, Map<String, Set<String>> arrows) {
        Set<String> reached = new TreeSet<>();
        Deque<String> left = new ArrayDeque<>(first);
        while (!left.isEmpty()) {
            String next = left.remove();
            if (reached.add(next)) {
                left.addAll(arrows.getOrDefault(next, Set.of()));
            }
        }
        return reached;
    }

    /** As the page has them, so that a failure shows what to write there. */
    private static String text(Map<String, Set<String>> arrows) {
        StringBuilder text = new StringBuilder();
        arrows.forEach((from, all) -> all.forEach(to ->
                text.append("    ").append(from).append(" --> ").append(to).append('\n')));
        return text.toString();
    }

    /** Draws the pictures anew, if {@code -Dpictures.update} says so. */
    @BeforeAll
    static void update() throws IOException {
        if (System.getProperty("pictures.update") != null) {
            String updated = PICTURE.matcher(Files.readString(PAGE))
                    .replaceAll(picture -> "```mermaid\n%% " + picture.group(1) + "\nflowchart TD\n"
                            + text(reduced(actual(picture.group(1)))) + "```");
            Files.writeString(PAGE, updated);
        }
    }

    private static Map<String, Set<String>> actual(String picture) {
        return picture.equals(MODULES)
                ? dependencies(any -> true, ArchitectureTest::module)
                : dependencies(type -> picture.equals(PACKAGES + module(type)), ArchitectureTest::packageOf);
    }

    private static Set<String> modulesWithPackages() {
        Map<String, Set<String>> packages = new TreeMap<>();
        CLASSES.forEach(type ->
                packages.computeIfAbsent(module(type), any -> new TreeSet<>()).add(packageOf(type)));
        return packages.entrySet().stream()
                .filter(each -> each.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void shouldDrawTheArrowsOfAllModules() throws IOException {
        Map<String, Set<String>> modules = actual(MODULES);

        assertThat(modules.keySet())
                .containsExactlyInAnyOrder(
                        "bench",
                        "client",
                        "cluster",
                        "core",
                        "demo",
                        "microraft",
                        "options",
                        "server",
                        "sidecar",
                        "sidecar-client");
        assertThat(text(pictures().getOrDefault(MODULES, Map.of()))).isEqualTo(text(reduced(modules)));
    }

    @ParameterizedTest
    @MethodSource("modulesWithPackages")
    void shouldDrawTheArrowsOfAllPackagesWhenAModuleHasSeveral(String module) throws IOException {
        String picture = PACKAGES + module;

        assertThat(text(pictures().getOrDefault(picture, Map.of()))).isEqualTo(text(reduced(actual(picture))));
    }

    @Test
    void shouldDrawNothingThatIsNotThere() throws IOException {
        Set<String> expected =
                modulesWithPackages().stream().map(PACKAGES::concat).collect(Collectors.toCollection(TreeSet::new));
        expected.add(MODULES);

        assertThat(pictures().keySet()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void shouldLeaveOutAnArrowWhenALongerWayImpliesIt() {
        Map<String, Set<String>> arrows = Map.of("a", Set.of("b", "c"), "b", Set.of("c"), "c", Set.of());

        assertThat(text(reduced(arrows))).isEqualTo("    a --> b\n    b --> c\n");
    }
}
