package dev.rafthttp.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.DatabindException;

class KubeYamlTest {
    private static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata:
              name: a
            spec:
              clusterIP: None
              ports:
                - name: peer
                  port: 2380
            """;

    @Test
    void shouldReadEachDocumentAsItsKindWhenAllFieldsAreKnown() {
        List<HasMetadata> resources = KubeYaml.resources(SERVICE + "---\n" + SERVICE.replace("name: a", "name: b"));

        assertThat(resources)
                .hasOnlyElementsOfType(Service.class)
                .extracting(resource -> resource.getMetadata().getName())
                .containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource({
        "metadata:, metadaat:",
        "clusterIP, clusterIp",
        "port: 2380, prot: 2380",
        "name: peer, additionalProperties: {}",
        "kind: Service, 'kind: Service\nstatus: {loadbalancer: {}}'",
    })
    void shouldRefuseAResourceWhenAFieldIsMisspelt(String field, String misspelt) {
        String wrong = SERVICE.replace(field, misspelt);

        assertThat(wrong).isNotEqualTo(SERVICE);
        assertThatThrownBy(() -> KubeYaml.resources(wrong))
                .isInstanceOf(DatabindException.class)
                .hasMessageMatching("(?s).*(Unrecognized property|Ignored field).*");
    }

    @ParameterizedTest
    @CsvSource({
        "port: 2380, 'port: \"2380\"'",
        "port: 2380, port: true",
        "name: a, name: 1",
        "name: a, name: true",
        "name: a, name: 1.5",
        "clusterIP: None, clusterIP: [None]",
    })
    void shouldRefuseAResourceWhenAValueIsOfAnotherType(String value, String other) {
        String wrong = SERVICE.replace(value, other);

        assertThat(wrong).isNotEqualTo(SERVICE);
        assertThatThrownBy(() -> KubeYaml.resources(wrong)).isInstanceOf(DatabindException.class);
    }

    @Test
    void shouldRefuseADocumentWhenAKeyStandsTwice() {
        assertThatThrownBy(() -> KubeYaml.resources(SERVICE.replace("name: a", "name: a\n  name: b")))
                .hasMessageContaining("duplicate key name");
    }

    @Test
    void shouldRefuseAResourceWhenItsKindOrVersionIsUnknown() {
        assertThatThrownBy(() -> KubeYaml.resources(SERVICE.replace("kind: Service", "kind: Services")))
                .hasMessageContaining("kind Services: expected one of");
        assertThatThrownBy(() -> KubeYaml.resources(SERVICE.replace("apiVersion: v1", "apiVersion: v2")))
                .hasMessageContaining("apiVersion v2 of Service: expected v1");
    }

    /** Every line of the largest manifest that begins with a field's name, each misspelt in turn. */
    @Test
    void shouldRefuseTheStatefulSetWhenAnyOneOfItsFieldsIsMisspelt() throws IOException {
        String manifest = Files.readString(KubeManifests.BASE.resolve("statefulset.yaml"));
        List<String> lines = manifest.lines().toList();
        assertThat(KubeYaml.resources(manifest)).hasOnlyElementsOfType(StatefulSet.class);

        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            // The keys of labels and of what is requested are free.
            if (line.matches("[ -]*[a-zA-Z]+:.*") && !line.matches(" *(cpu|memory|storage):.*")) {
                String misspelt = manifest.replaceFirst("(?m)\\A((?:.*\\n){" + i + "}[ -]*[a-zA-Z]+):", "$1x:");
                assertThatThrownBy(() -> KubeYaml.resources(misspelt))
                        .as("line %d, %s", i + 1, line)
                        .isInstanceOfAny(DatabindException.class, IllegalArgumentException.class);
            }
        }
    }
}
