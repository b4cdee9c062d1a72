package dev.rafthttp.cluster.kubernetes;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** Reads YAML as Kubernetes' own types, and refuses what a cluster would refuse: unknown fields, values of another type. */
final class KubeYaml {
    /** What the manifests may hold; a kind that is not here is refused. */
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Stream.of(
                    ConfigMap.class, NetworkPolicy.class, PodDisruptionBudget.class, Service.class, StatefulSet.class)
            .collect(Collectors.toUnmodifiableMap(HasMetadata::getKind, Function.identity()));

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .annotationIntrospector(new NoSpareFields())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_IGNORED_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(LogicalType.Textual, texts -> {
                texts.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                texts.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
            })
            .build();

    private KubeYaml() {}

    /** Makes unknown fields an error, where the models have a map for them. */
    private static final class NoSpareFields extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(MapperConfig<?> config, Annotated member) {
            return false;
        }
    }

    /** Reads every document of a text, each by its kind. */
    static List<HasMetadata> resources(String yaml) {
        List<HasMetadata> resources = new ArrayList<>();
        for (Object document : new Yaml(loader()).loadAll(yaml)) {
            resources.add(resource((Map<?, ?>) document));
        }
        return resources;
    }

    private static HasMetadata resource(Map<?, ?> document) {
        String kind = String.valueOf(document.get("kind"));
        Class<? extends HasMetadata> type = KINDS.get(kind);
        if (type == null) {
            throw new IllegalArgumentException("kind " + kind + ": expected one of " + KINDS.keySet());
        }
        String version = HasMetadata.getApiVersion(type);
        if (!version.equals(document.get("apiVersion"))) {
            throw new IllegalArgumentException(
                    "apiVersion " + document.get("apiVersion") + " of " + kind + ": expected " + version);
        }
        return read(document, type);
    }

    /** Reads a text of one document. */
    static <T> T document(String yaml, Class<T> type) {
        return read(new Yaml(loader()).load(yaml), type);
    }

    private static <T> T read(Object document, Class<T> type) {
        return MAPPER.readValue(MAPPER.writeValueAsString(document), type);
    }

    private static SafeConstructor loader() {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new SafeConstructor(options);
    }
}
