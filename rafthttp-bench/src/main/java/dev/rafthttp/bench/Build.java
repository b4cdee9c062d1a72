package dev.rafthttp.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A checkout of this project, of this or of another state, built by its own {@code bin/rafthttp}. */
final class Build {
    private final Path home;

    /** @param home the checkout's folder */
    Build(Path home) {
        this.home = home;
    }

    /** Builds the sidecar if it is older than its sources. */
    void makeSidecar() throws IOException, InterruptedException {
        make("bin/rafthttp", "sidecar");
    }

    /** Builds this module if it is older than its sources. */
    void makeBench() throws IOException, InterruptedException {
        make("bin/rafthttp-bench");
    }

    private void make(String script, String... command) throws IOException, InterruptedException {
        List<String> help = Stream.of(
                        Stream.of(home.resolve(script).toString()), Stream.of(command), Stream.of("--help"))
                .flatMap(part -> part)
                .toList();
        int status = new ProcessBuilder(help)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", help) + " ended with status " + status);
        }
    }

    /**
     * What {@code bin/rafthttp-bench} would run.
     *
     * @throws IOException if it has not been built
     */
    String classPath() throws IOException {
        Path target = home.resolve("rafthttp-bench/target");
        try (Stream<Path> files = Files.list(target)) {
            Path jar = files.filter(file -> isJar(file.getFileName().toString()))
                    .findFirst()
                    .orElseThrow(() -> new IOException("there is no rafthttp-bench-VERSION.jar in " + target));
            return jar + File.pathSeparator + target.resolve("lib") + "/*";
        }
    }

    private static boolean isJar(String name) {
        return name.matches("rafthttp-bench-[\\d.]+(-SNAPSHOT)?\\.jar");
    }
}
