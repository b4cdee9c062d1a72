package dev.rafthttp.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rafthttp.fixture.FreeUrls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs every fenced block of commands in README.md, CONTRIBUTING.md and docs/*.md as it is written there, or finds the reason in
 * the page's source why it is not run. {@link CommandBlock.Key} has what a page can say of a block.
 */
class DocumentedCommandsTest {
    /** Of which page, for its author; by default of all. */
    private static final String ONLY = System.getProperty("page", "");

    private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
    /** What the pages name of a checkout. */
    private static final List<String> SOURCES =
            List.of("examples", "rafthttp-core/src/main/proto", "rafthttp-core/src/test/resources/golden");
    /** Short runs: they start sooner with the first of Java's compilers alone. */
    private static final String JVM = "-Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1";

    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    private static Path folder;

    private static Path home;

    @BeforeAll
    static void unpack() throws Exception {
        home = Distribution.unpack(folder);
        keepClasses();
    }

    /**
     * Lets Java keep the classes of a sidecar, as docs/distribution.md says: each of the many starts that follow takes two thirds of
     * the time. The other commands of the same class path use most of these classes.
     */
    private static void keepClasses() throws Exception {
        Path archive = home.resolve("lib/sidecar.jsa");
        URI node = FreeUrls.next();
        ProcessBuilder sidecar = new ProcessBuilder(
                "setsid",
                home.resolve("bin/rafthttp").toString(),
                "sidecar",
                "--member-id=1",
                "--cluster-id=1",
                "--peer=1=" + FreeUrls.next(),
                "--listen-node=" + node,
                "--shutdown-grace=100ms");
        sidecar.directory(folder.toFile());
        sidecar.environment().put("JAVA_HOME", System.getProperty("java.home"));
        sidecar.environment().put("RAFTHTTP_JAVA_OPTS", JVM);
        sidecar.environment().put("JAVA_OPTS", "-XX:ArchiveClassesAtExit=" + archive);
        HttpClient client = HttpClient.newHttpClient();
        HttpRequest health = HttpRequest.newBuilder(node.resolve("/healthz")).build();
        try (Terminal running = new Terminal(sidecar, folder.resolve("sidecar-of-the-archive"))) {
            await("the sidecar that makes the archive")
                    .atMost(LIMIT)
                    .ignoreExceptionsInstanceOf(IOException.class)
                    .until(() -> {
                        if (running.hasFailed()) {
                            throw new IllegalStateException("it has failed; it printed\n" + running.output());
                        }
                        return client.send(health, BodyHandlers.discarding()).statusCode() == 200;
                    });
        }
        for (String command : List.of("relay", "tap")) {
            Files.createLink(archive.resolveSibling(command + ".jsa"), archive);
        }
    }

    /** The longest first, so that none is left to be run alone at the end. */
    static Stream<String> pages() throws IOException {
        try (Stream<Path> docs = Files.list(CHECKOUT.resolve("docs"))) {
            List<String> names = docs.map(page -> CHECKOUT.relativize(page).toString())
                    .filter(name -> name.endsWith(".md"))
                    .toList();
            return Stream.concat(Stream.of("README.md", "CONTRIBUTING.md"), names.stream())
                    .filter(name -> name.startsWith(ONLY))
                    .sorted(Comparator.comparingLong((String name) ->
                                    CHECKOUT.resolve(name).toFile().length())
                            .reversed());
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    @Execution(ExecutionMode.CONCURRENT)
    void shouldDoWhatThePageSaysWhenItsCommandsArePasted(String page) throws Exception {
        List<CommandBlock> blocks = CommandPage.blocks(page, Files.readAllLines(CHECKOUT.resolve(page)));
        Path scratch = Files.createTempDirectory(folder, "scratch");
        Map<String, String> environment = Map.of(
                "PATH",
                curl(scratch) + ":" + System.getenv("PATH"),
                "JAVA_HOME",
                System.getProperty("java.home"),
                "LC_ALL",
                "C.UTF-8",
                "RAFTHTTP_JAVA_OPTS",
                JVM);
        try (PageRun run = new PageRun(page, workTree(), scratch, environment)) {
            for (CommandBlock block : blocks) {
                run.run(block);
            }
            List<String> skipped = run.finish();
            assumeTrue(skipped.isEmpty(), () -> "SKIPPED: " + skipped);
        }
    }

    /** A folder of curl alone, whose exit status also tells of an answer of 400 and above. */
    private static Path curl(Path scratch) throws IOException {
        Path tools = Files.createDirectory(scratch.resolve("tools"));
        Path curl = Files.writeString(
                tools.resolve("curl"),
                "#!/bin/sh\nexec " + Distribution.find("curl") + " --fail-with-body --silent --show-error \"$@\"\n");
        assertThat(curl.toFile().setExecutable(true)).isTrue();
        return tools;
    }

    /** What a reader has in a checkout that was built: here the distribution is what was built. */
    private static Path workTree() throws IOException {
        Path tree = Files.createTempDirectory(folder, "page");
        Files.createDirectory(tree.resolve("bin"));
        Files.createSymbolicLink(tree.resolve("bin/rafthttp"), home.resolve("bin/rafthttp"));
        Files.createDirectories(tree.resolve("rafthttp-sidecar/target"));
        Files.createSymbolicLink(tree.resolve("rafthttp-sidecar/target/lib"), home.resolve("lib"));
        for (String each : SOURCES) {
            copy(CHECKOUT.resolve(each), tree.resolve(each));
        }
        return tree;
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(each, to.resolve(from.relativize(each)));
            }
        }
    }
}
