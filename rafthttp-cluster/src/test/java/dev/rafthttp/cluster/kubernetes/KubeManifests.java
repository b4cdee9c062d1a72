package dev.rafthttp.cluster.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * All resources of one kustomization, and what a cluster would make of them.
 *
 * @param name for the names of tests
 */
record KubeManifests(String name, List<HasMetadata> resources) {
    static final Path BASE = Path.of("..", "deploy", "kubernetes", "base");
    static final Path OVERLAYS = Path.of("..", "deploy", "kubernetes", "overlays");

    /** The base put together from its files, which takes no kustomize. */
    static KubeManifests ofBase() throws IOException {
        Kustomization kustomization = Kustomization.read(BASE);
        List<HasMetadata> resources = new ArrayList<>();
        for (String file : kustomization.resources()) {
            resources.addAll(KubeYaml.resources(Files.readString(BASE.resolve(file))));
        }
        for (Kustomization.Generator generator : kustomization.generatorsOrNone()) {
            resources.add(new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName(generator.name())
                    .endMetadata()
                    .withData(generator.values())
                    .build());
        }
        return new KubeManifests("base, from its files", resources);
    }

    <T extends HasMetadata> List<T> all(Class<T> type) {
        return resources.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <T extends HasMetadata> T only(Class<T> type) {
        List<T> all = all(type);
        if (all.size() != 1) {
            throw new AssertionError(name + " has " + all.size() + " of " + type.getSimpleName() + ": expected one");
        }
        return all.get(0);
    }

    StatefulSet statefulSet() {
        return only(StatefulSet.class);
    }

    NetworkPolicy networkPolicy() {
        return only(NetworkPolicy.class);
    }

    PodDisruptionBudget disruptionBudget() {
        return only(PodDisruptionBudget.class);
    }

    Service service(String wanted) {
        return all(Service.class).stream()
                .filter(service -> service.getMetadata().getName().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " has no Service " + wanted));
    }

    /** The Service that gives the pods their names. */
    Service governingService() {
        return service(statefulSet().getSpec().getServiceName());
    }

    PodSpec pod() {
        return statefulSet().getSpec().getTemplate().getSpec();
    }

    Map<String, String> podLabels() {
        return statefulSet().getSpec().getTemplate().getMetadata().getLabels();
    }

    Container container(String wanted) {
        return pod().getContainers().stream()
                .filter(container -> container.getName().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " has no container " + wanted));
    }

    /** The names that the StatefulSet gives its pods. */
    List<String> podNames() {
        StatefulSet set = statefulSet();
        return IntStream.range(0, set.getSpec().getReplicas())
                .mapToObj(ordinal -> set.getMetadata().getName() + "-" + ordinal)
                .toList();
    }

    /** The environment of a container in one pod, with all references resolved. */
    Map<String, String> environment(String container, String podName) {
        Map<String, String> environment = new LinkedHashMap<>();
        for (EnvVar variable : container(container).getEnv()) {
            if (environment.putIfAbsent(variable.getName(), value(variable, podName)) != null) {
                throw new AssertionError(container + " has " + variable.getName() + " twice");
            }
        }
        return environment;
    }

    private String value(EnvVar variable, String podName) {
        EnvVarSource source = variable.getValueFrom();
        if (source == null) {
            return variable.getValue();
        }
        if (source.getFieldRef() != null) {
            if (!source.getFieldRef().getFieldPath().equals("metadata.name")) {
                throw new AssertionError(variable + ": expected metadata.name, the only field that is known here");
            }
            return podName;
        }
        ConfigMap map = all(ConfigMap.class).stream()
                .filter(any -> any.getMetadata()
                        .getName()
                        .equals(source.getConfigMapKeyRef().getName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(variable + ": there is no such ConfigMap"));
        String value = map.getData().get(source.getConfigMapKeyRef().getKey());
        if (value == null) {
            throw new AssertionError(
                    variable + ": the ConfigMap has only " + map.getData().keySet());
        }
        return value;
    }

    @Override
    public String toString() {
        return name;
    }
}
