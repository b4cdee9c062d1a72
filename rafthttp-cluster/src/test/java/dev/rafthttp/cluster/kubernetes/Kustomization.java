package dev.rafthttp.cluster.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A {@code kustomization.yaml}: of its fields those that the manifests use, and no others. */
record Kustomization(
        String apiVersion,
        String kind,
        List<String> resources,
        @Nullable List<Replicas> replicas,
        @Nullable List<Generator> configMapGenerator,
        @Nullable List<Patch> patches) {
    static final String FILE = "kustomization.yaml";

    /** How many pods a StatefulSet gets instead. */
    record Replicas(String name, int count) {}

    /** A ConfigMap, made or changed. */
    record Generator(String name, @Nullable String behavior, List<String> literals) {
        Map<String, String> values() {
            return literals.stream()
                    .map(literal -> literal.split("=", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        }
    }

    /** A file that is laid over the resource that it names. */
    record Patch(String path) {}

    static Kustomization read(Path folder) throws IOException {
        return KubeYaml.document(Files.readString(folder.resolve(FILE)), Kustomization.class);
    }

    List<Replicas> replicasOrNone() {
        return Objects.requireNonNullElse(replicas, List.of());
    }

    List<Generator> generatorsOrNone() {
        return Objects.requireNonNullElse(configMapGenerator, List.of());
    }

    List<Patch> patchesOrNone() {
        return Objects.requireNonNullElse(patches, List.of());
    }
}
