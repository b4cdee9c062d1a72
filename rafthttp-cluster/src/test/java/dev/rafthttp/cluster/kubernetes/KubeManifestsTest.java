package dev.rafthttp.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What has to agree between the manifests, in the base and, where there is a kustomize, in what it makes of each overlay. */
class KubeManifestsTest {
    private static final Path DOCKERFILE = Path.of("..", "Dockerfile");
    private static final String SIDECAR = "sidecar";
    private static final String NODE = "node";

    static List<KubeManifests> all() throws IOException, InterruptedException {
        List<KubeManifests> all = new ArrayList<>();
        all.add(KubeManifests.ofBase());
        Optional<Kustomize> kustomize = Kustomize.find();
        if (kustomize.isPresent()) {
            for (Path folder : KubeKustomizationTest.folders()) {
                all.add(kustomize.get().build(folder));
            }
        }
        return all;
    }

    @Test
    void shouldBuildEveryOverlayWhenThereIsAKustomize() throws IOException, InterruptedException {
        assumeTrue(Kustomize.find().isPresent(), Kustomize.SKIPPED);

        assertThat(all()).hasSize(1 + KubeKustomizationTest.folders().size());
    }

    @Test
    void shouldMakeOfTheBaseWhatItsFilesSayWhenThereIsAKustomize() throws IOException, InterruptedException {
        Optional<Kustomize> kustomize = Kustomize.find();
        assumeTrue(kustomize.isPresent(), Kustomize.SKIPPED);
        KubeManifests files = KubeManifests.ofBase();
        KubeManifests built = kustomize.get().build(KubeManifests.BASE);

        assertThat(built.resources())
                .extracting(HasMetadata::getKind)
                .containsExactlyInAnyOrderElementsOf(
                        files.resources().stream().map(HasMetadata::getKind).toList());
        for (String pod : files.podNames()) {
            for (String container : List.of(SIDECAR, NODE)) {
                assertThat(built.environment(container, pod)).isEqualTo(files.environment(container, pod));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldSelectThePodsWhereverPodsAreSelected(KubeManifests manifests) {
        List<Map<String, String>> selectors = new ArrayList<>();
        manifests
                .all(Service.class)
                .forEach(each -> selectors.add(each.getSpec().getSelector()));
        List<LabelSelector> others = new ArrayList<>();
        others.add(manifests.statefulSet().getSpec().getSelector());
        others.add(manifests.disruptionBudget().getSpec().getSelector());
        others.add(manifests.networkPolicy().getSpec().getPodSelector());
        manifests
                .networkPolicy()
                .getSpec()
                .getIngress()
                .forEach(rule -> rule.getFrom().forEach(from -> others.add(from.getPodSelector())));
        manifests.pod().getTopologySpreadConstraints().forEach(spread -> others.add(spread.getLabelSelector()));
        others.forEach(selector -> selectors.add(selector.getMatchLabels()));

        assertThat(manifests.podLabels()).isNotEmpty();
        assertThat(others).allMatch(selector -> selector.getMatchExpressions().isEmpty());
        assertThat(selectors).hasSize(8).allMatch(manifests.podLabels()::equals);
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldNameEveryPodAndNoOtherInTheListsOfMembers(KubeManifests manifests) {
        List<String> pods = manifests.podNames();
        Map<String, URI> peers = members(manifests, SIDECAR, "RAFTHTTP_INITIAL_CLUSTER");
        Map<String, URI> stores = members(manifests, NODE, "RAFTHTTP_KV_URLS");

        assertThat(pods).hasSizeGreaterThanOrEqualTo(3);
        assertThat(peers.keySet()).containsExactlyElementsOf(pods);
        assertThat(stores.keySet()).containsExactlyElementsOf(pods);
        assertThat(members(manifests, NODE, "RAFTHTTP_INITIAL_CLUSTER")).isEqualTo(peers);
        String service = manifests.governingService().getMetadata().getName();
        Stream.of(peers, stores)
                .forEach(urls ->
                        urls.forEach((pod, url) -> assertThat(url.getHost()).isEqualTo(pod + "." + service)));
        pods.forEach(pod -> assertThat(List.of(SIDECAR, NODE))
                .allSatisfy(container ->
                        assertThat(manifests.environment(container, pod)).containsEntry("RAFTHTTP_NAME", pod)));
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldAgreeAboutPortsAndSchemes(KubeManifests manifests) {
        URI listenPeer = url(manifests, SIDECAR, "RAFTHTTP_LISTEN_PEER_URLS");
        URI listenKv = url(manifests, NODE, "RAFTHTTP_LISTEN_KV");

        assertThat(port(manifests, "peer")).isEqualTo(listenPeer.getPort());
        assertThat(port(manifests, "kv")).isEqualTo(listenKv.getPort());
        assertThat(members(manifests, SIDECAR, "RAFTHTTP_INITIAL_CLUSTER").values())
                .allSatisfy(url -> assertThat(url).hasPort(listenPeer.getPort()).hasScheme(listenPeer.getScheme()));
        assertThat(members(manifests, NODE, "RAFTHTTP_KV_URLS").values())
                .allSatisfy(url -> assertThat(url).hasPort(listenKv.getPort()).hasScheme(listenKv.getScheme()));
        assertThat(url(manifests, NODE, "RAFTHTTP_NODE")).isEqualTo(url(manifests, SIDECAR, "RAFTHTTP_LISTEN_NODE"));
        assertThat(url(manifests, SIDECAR, "RAFTHTTP_LISTEN_NODE").getHost()).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldPublishThePortsOfContainersByTheirNames(KubeManifests manifests) {
        assertThat(manifests.all(Service.class))
                .flatExtracting(service -> service.getSpec().getPorts())
                .hasSize(2)
                .allSatisfy(port -> {
                    assertThat(port.getTargetPort().getStrVal()).isEqualTo(port.getName());
                    assertThat(port.getPort()).isEqualTo(port(manifests, port.getName()));
                });
        assertThat(manifests.service("rafthttp-kv").getSpec().getPorts())
                .extracting(ServicePort::getName)
                .containsExactly("kv");
        assertThat(manifests.governingService().getSpec().getClusterIP()).isEqualTo("None");
        assertThat(manifests.governingService().getSpec().getPublishNotReadyAddresses())
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldLetOnlyMembersReachThePeerPort(KubeManifests manifests) {
        List<NetworkPolicyIngressRule> rules =
                manifests.networkPolicy().getSpec().getIngress();

        assertThat(manifests.networkPolicy().getSpec().getPolicyTypes()).containsExactly("Ingress");
        assertThat(rules)
                .flatExtracting(NetworkPolicyIngressRule::getPorts)
                .extracting(port -> port.getPort().getStrVal())
                .containsExactly("peer", "kv");
        assertThat(rules.get(0).getFrom())
                .hasSize(1)
                .allMatch(from -> from.getPodSelector() != null && from.getNamespaceSelector() == null);
        assertThat(rules.get(1).getFrom()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldProbeWhatIsInTheImageOrListens(KubeManifests manifests) throws IOException {
        List<String> dockerfile = Files.readAllLines(DOCKERFILE);
        for (Container container : manifests.pod().getContainers()) {
            List<Probe> probes =
                    List.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe());
            for (Probe probe : probes) {
                if (probe.getExec() != null) {
                    String command = probe.getExec().getCommand().get(0);
                    assertThat(dockerfile).anyMatch(line -> line.matches("COPY docker/\\S+ \\Q" + command + "\\E"));
                } else {
                    assertThat(container.getPorts())
                            .extracting(ContainerPort::getName)
                            .contains(probe.getHttpGet().getPort().getStrVal());
                }
            }
        }
        // The kubelet does not reach the sidecar's loopback.
        assertThat(manifests.container(SIDECAR).getReadinessProbe().getExec().getCommand())
                .endsWith("/readyz");
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldMountVolumesThatThereAre(KubeManifests manifests) {
        Map<String, Volume> volumes = new LinkedHashMap<>();
        manifests.pod().getVolumes().forEach(volume -> volumes.put(volume.getName(), volume));
        List<String> claims = manifests.statefulSet().getSpec().getVolumeClaimTemplates().stream()
                .map(PersistentVolumeClaim::getMetadata)
                .map(metadata -> metadata.getName())
                .toList();
        List<String> mounted = new ArrayList<>();
        for (Container container : manifests.pod().getContainers()) {
            container.getVolumeMounts().stream().map(VolumeMount::getName).forEach(mounted::add);
            EmptyDirVolumeSource scratch =
                    volumes.get(mount(container, "/tmp").getName()).getEmptyDir();
            assertThat(scratch).isNotNull();
            assertThat(claims).contains(mount(container, "/var/lib/rafthttp").getName());
        }

        assertThat(Stream.concat(volumes.keySet().stream(), claims.stream()))
                .containsExactlyInAnyOrderElementsOf(mounted.stream().distinct().toList());
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldKeepFilesInVolumesSinceTheRestCannotBeWritten(KubeManifests manifests) {
        for (Container container : manifests.pod().getContainers()) {
            List<String> mounts = container.getVolumeMounts().stream()
                    .map(mount -> mount.getMountPath() + "/")
                    .toList();
            Map<String, String> paths = manifests.environment(container.getName(), "rafthttp-0").entrySet().stream()
                    .filter(variable -> variable.getKey().matches(".*_(DIR|FILE)"))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

            assertThat(container.getSecurityContext().getReadOnlyRootFilesystem())
                    .isTrue();
            assertThat(paths)
                    .isNotEmpty()
                    .allSatisfy((variable, path) -> assertThat(mounts).anyMatch(path::startsWith));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldRunAsTheUserOfTheImageWithoutPrivileges(KubeManifests manifests) throws IOException {
        var security = manifests.pod().getSecurityContext();

        assertThat(Files.readAllLines(DOCKERFILE))
                .contains("USER " + security.getRunAsUser() + ":" + security.getRunAsGroup());
        assertThat(security.getRunAsNonRoot()).isTrue();
        assertThat(security.getFsGroup()).isEqualTo(security.getRunAsGroup());
        assertThat(security.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(manifests.pod().getContainers()).allSatisfy(container -> {
            assertThat(container.getSecurityContext().getAllowPrivilegeEscalation())
                    .isFalse();
            assertThat(container.getSecurityContext().getCapabilities().getDrop())
                    .containsExactly("ALL");
            assertThat(container.getImage()).isEqualTo("rafthttp");
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldBeGivenAllMemoryThatItMayUse(KubeManifests manifests) {
        assertThat(manifests.pod().getContainers()).allSatisfy(container -> {
            Quantity limit = container.getResources().getLimits().get("memory");
            assertThat(Quantity.getAmountInBytes(limit)).isPositive();
            assertThat(container.getResources().getRequests()).containsEntry("memory", limit);
        });
    }

    private static VolumeMount mount(Container container, String path) {
        return container.getVolumeMounts().stream()
                .filter(mount -> mount.getMountPath().equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError(container.getName() + " has nothing mounted at " + path));
    }

    private static int port(KubeManifests manifests, String name) {
        return manifests.pod().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> port.getName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no container has a port " + name))
                .getContainerPort();
    }

    private static URI url(KubeManifests manifests, String container, String variable) {
        Map<String, String> environment =
                manifests.environment(container, manifests.podNames().get(0));
        assertThat(environment).containsKey(variable);
        return URI.create(environment.get(variable));
    }

    private static Map<String, URI> members(KubeManifests manifests, String container, String variable) {
        Map<String, URI> members = new LinkedHashMap<>();
        String list =
                manifests.environment(container, manifests.podNames().get(0)).get(variable);
        for (String member : list.split(",")) {
            String[] pair = member.split("=", 2);
            assertThat(members.put(pair[0], URI.create(pair[1]))).as(pair[0]).isNull();
        }
        return members;
    }
}
