package dev.rafthttp.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.DatabindException;

/** Holds without kustomize: what each kustomization lists is there, and what it changes exists. */
class KubeKustomizationTest {
    static List<Path> folders() throws IOException {
        List<Path> folders = new ArrayList<>(overlays());
        folders.add(KubeManifests.BASE);
        return folders;
    }

    static List<Path> overlays() throws IOException {
        try (Stream<Path> folders = Files.list(KubeManifests.OVERLAYS)) {
            return folders.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("folders")
    void shouldListExactlyTheFilesThatAreInTheFolder(Path folder) throws IOException {
        Kustomization kustomization = Kustomization.read(folder);
        List<String> listed = new ArrayList<>(List.of(Kustomization.FILE));
        kustomization.resources().stream()
                .filter(resource -> !Files.isDirectory(folder.resolve(resource)))
                .forEach(listed::add);
        kustomization.patchesOrNone().forEach(patch -> listed.add(patch.path()));

        assertThat(kustomization.apiVersion()).isEqualTo("kustomize.config.k8s.io/v1beta1");
        assertThat(kustomization.kind()).isEqualTo("Kustomization");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(listed);
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void shouldStandOnTheBaseWhenItIsAnOverlay(Path overlay) throws IOException {
        assertThat(Kustomization.read(overlay).resources())
                .extracting(resource -> overlay.resolve(resource).normalize())
                .containsExactly(KubeManifests.BASE);
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void shouldGiveEachReplicaAnEntryInEachListWhenAnOverlayChangesEither(Path overlay) throws IOException {
        Kustomization kustomization = Kustomization.read(overlay);
        KubeManifests base = KubeManifests.ofBase();
        int replicas = kustomization.replicasOrNone().stream()
                .filter(changed ->
                        changed.name().equals(base.statefulSet().getMetadata().getName()))
                .map(Kustomization.Replicas::count)
                .findFirst()
                .orElse(base.podNames().size());
        ConfigMap map = base.only(ConfigMap.class);
        Map<String, String> lists = map.getData();

        for (Kustomization.Generator generator : kustomization.generatorsOrNone()) {
            assertThat(generator.name()).isEqualTo(map.getMetadata().getName());
            assertThat(generator.behavior()).isEqualTo("merge");
            assertThat(lists).containsKeys(generator.values().keySet().toArray(new String[0]));
            lists.putAll(generator.values());
        }
        assertThat(lists)
                .isNotEmpty()
                .allSatisfy((key, list) -> assertThat(list.split(",")).hasSize(replicas));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void shouldNameWhatIsInTheBaseWhenAPatchChangesIt(Path overlay) throws IOException {
        KubeManifests base = KubeManifests.ofBase();
        for (Kustomization.Patch patch : Kustomization.read(overlay).patchesOrNone()) {
            List<HasMetadata> targets = KubeYaml.resources(Files.readString(overlay.resolve(patch.path())));
            assertThat(targets).hasOnlyElementsOfType(StatefulSet.class).hasSize(1);
            StatefulSet target = (StatefulSet) targets.get(0);
            assertThat(target.getMetadata().getName())
                    .isEqualTo(base.statefulSet().getMetadata().getName());
            PodSpec pod = target.getSpec().getTemplate().getSpec();
            assertThat(pod.getContainers()).isNotEmpty();
            for (Container container : pod.getContainers()) {
                List<String> volumes = Stream.concat(base.pod().getVolumes().stream(), pod.getVolumes().stream())
                        .map(Volume::getName)
                        .toList();
                assertThat(base.container(container.getName())).isNotNull();
                assertThat(container.getVolumeMounts())
                        .allSatisfy(mount -> assertThat(volumes).contains(mount.getName()));
            }
        }
    }

    @Test
    void shouldRefuseAKustomizationWhenAFieldIsMisspelt() {
        assertThatThrownBy(() -> KubeYaml.document("resource: [a.yaml]", Kustomization.class))
                .isInstanceOf(DatabindException.class)
                .hasMessageContaining("Unrecognized property \"resource\"");
    }

    @Test
    void shouldListenAsTheListSaysAndFindItsFilesWhenTheOverlayIsTls() throws IOException {
        Path folder = KubeManifests.OVERLAYS.resolve("tls");
        Kustomization kustomization = Kustomization.read(folder);
        String list =
                String.valueOf(kustomization.generatorsOrNone().get(0).values().get("RAFTHTTP_INITIAL_CLUSTER"));
        String path = kustomization.patchesOrNone().get(0).path();
        KubeManifests patch = new KubeManifests(path, KubeYaml.resources(Files.readString(folder.resolve(path))));
        Map<String, String> environment = patch.environment("sidecar", "rafthttp-0");
        String mount = patch.container("sidecar").getVolumeMounts().get(0).getMountPath();

        assertThat(list.split(",")).allMatch(member -> member.contains("=https://"));
        assertThat(environment.get("RAFTHTTP_LISTEN_PEER_URLS")).startsWith("https://");
        assertThat(environment)
                .containsEntry("RAFTHTTP_PEER_CERT_FILE", mount + "/tls.crt")
                .containsEntry("RAFTHTTP_PEER_KEY_FILE", mount + "/tls.key")
                .containsEntry("RAFTHTTP_PEER_TRUSTED_CA_FILE", mount + "/ca.crt")
                .containsEntry("RAFTHTTP_PEER_CLIENT_CERT_AUTH", "true");
    }
}
