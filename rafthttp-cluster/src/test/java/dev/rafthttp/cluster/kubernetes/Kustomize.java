package dev.rafthttp.cluster.kubernetes;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code kustomize}, or the one in {@code kubectl}, if there is either on the PATH. Asks no cluster. */
record Kustomize(List<String> command) {
    /** Why tests are skipped where there is none. */
    static final String SKIPPED = "SKIPPED: there is neither kustomize nor kubectl on the PATH";

    private static final long LIMIT_SECONDS = 60;

    static Optional<Kustomize> find() {
        return Stream.of(List.of("kustomize", "build"), List.of("kubectl", "kustomize"))
                .filter(command -> isOnPath(command.get(0)))
                .map(Kustomize::new)
                .findFirst();
    }

    private static boolean isOnPath(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** Puts a folder's resources together as a cluster would get them. */
    KubeManifests build(Path folder) throws IOException, InterruptedException {
        Path out = Files.createTempFile("manifests", ".yaml");
        try {
            List<String> line = new ArrayList<>(command);
            line.add(folder.toString());
            ProcessBuilder builder = new ProcessBuilder(line)
                    .redirectOutput(out.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            // Whatever cluster the user works with is none of this test's business.
            builder.environment().put("KUBECONFIG", "/dev/null");
            Process process = builder.start();
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(line + " took more than " + LIMIT_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new AssertionError(line + " ended with status " + process.exitValue());
            }
            return new KubeManifests(folder.getFileName() + ", built", KubeYaml.resources(Files.readString(out)));
        } finally {
            Files.delete(out);
        }
    }
}
