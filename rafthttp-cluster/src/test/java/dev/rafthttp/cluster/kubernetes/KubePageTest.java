package dev.rafthttp.cluster.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page's example of a user's own kustomization is one that kustomize takes. */
class KubePageTest {
    private static final Path PAGE = Path.of("..", "docs", "kubernetes.md");
    private static final Pattern EXAMPLE = Pattern.compile("```yaml\n([^\n]*kustomize[^\n]*\n.*?)```", Pattern.DOTALL);

    @Test
    void shouldPutAnotherNodeBesideTheSidecarWhenTheExampleIsBuilt(@TempDir Path folder)
            throws IOException, InterruptedException {
        Optional<Kustomize> kustomize = Kustomize.find();
        assumeTrue(kustomize.isPresent(), Kustomize.SKIPPED);
        Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
        assertThat(example.find()).isTrue();
        Path checkout = folder.toRealPath().relativize(Path.of("..").toRealPath());
        Files.writeString(
                folder.resolve(Kustomization.FILE),
                example.group(1).replace("- rafthttp/deploy", "- " + checkout + "/deploy"));

        KubeManifests manifests = kustomize.get().build(folder);

        assertThat(manifests.pod().getContainers())
                .extracting(container -> container.getName() + " " + container.getImage())
                .containsExactly("sidecar my-images/rafthttp:1", "node my-images/my-node:1");
        assertThat(manifests.resources())
                .extracting(HasMetadata::getMetadata)
                .allMatch(metadata -> metadata.getNamespace().equals("raft"));
    }
}
