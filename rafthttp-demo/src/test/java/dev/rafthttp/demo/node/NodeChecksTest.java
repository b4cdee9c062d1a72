package dev.rafthttp.demo.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeChecksTest {
    private final NodeFlags flags = new NodeFlags();

    NodeChecksTest() {
        flags.name = "b";
        flags.initialCluster = "a=http://127.0.0.1:11380,b=http://127.0.0.1:11381,c=http://127.0.0.1:11382";
        flags.token = "lab";
        flags.sidecar = "http://127.0.0.1:2381";
        flags.dataDir = "data";
        flags.listenKv = "http://0.0.0.0:8080";
        flags.kvUrls = "a=http://h:1,b=http://h:2/,c=https://h:3";
    }

    @Test
    void shouldDeriveEtcdsIdsWhenMembersAreNamed() {
        NodeOptions options = new NodeChecks(flags).conclude().orElseThrow();

        assertThat(options.name()).isEqualTo("b");
        assertThat(options.member()).isEqualTo(MemberId.parse("2d6ad8dfaeaf7635"));
        assertThat(options.group().id()).isEqualTo(ClusterId.parse("fa382b6b47c3c31"));
        assertThat(options.group().members()).hasSize(3);
        assertThat(options.dataDir()).isEqualTo(Path.of("data"));
        assertThat(options.listenKv()).isEqualTo(URI.create("http://0.0.0.0:8080"));
        assertThat(options.kvUrls())
                .containsOnlyKeys(options.group().members())
                .containsEntry(options.member(), URI.create("http://h:2"));
    }

    @Test
    void shouldKeepItsDiskByTheMembersIdWhenNoFolderIsNamed() {
        flags.dataDir = null;

        assertThat(new NodeChecks(flags).conclude().orElseThrow().dataDir())
                .isEqualTo(Path.of("./2d6ad8dfaeaf7635.rafthttp/data"));
    }

    @Test
    void shouldTakeASocketWhenTheSidecarHasOne() {
        flags.sidecar = "unix:/run/rafthttp/node.sock";

        assertThat(new NodeChecks(flags).conclude().orElseThrow().sidecar().getPath())
                .isEqualTo("/run/rafthttp/node.sock");
    }

    @Test
    void shouldRefuseASocketWhosePathIsLongerThanJavaTakes() {
        flags.sidecar = "unix:/" + "x".repeat(105);
        assertThat(new NodeChecks(flags).conclude()).isPresent();

        flags.sidecar += "x";
        NodeChecks checks = new NodeChecks(flags);

        assertThat(checks.conclude()).isEmpty();
        assertThat(checks.mistakes())
                .containsExactly("--node \"" + flags.sidecar
                        + "\": expected http://HOST:PORT or unix:/PATH of at most 106 bytes");
    }

    @Test
    void shouldTellEveryMistakeAtOnceWhenThereAreSeveral() {
        flags.name = null;
        flags.sidecar = "unix:relative";
        flags.listenKv = "https://h:1";
        flags.kvUrls = "a=http://h:1,b=nowhere,d=http://h:4";
        flags.dataDir = "\0";

        NodeChecks checks = new NodeChecks(flags);

        assertThat(checks.conclude()).isEmpty();
        assertThat(String.join("\n", checks.mistakes()))
                .contains("--name is missing: expected one of the names in --initial-cluster")
                .contains("--node \"unix:relative\": expected http://HOST:PORT or unix:/PATH")
                .contains("--listen-kv \"https://h:1\": expected http://HOST:PORT")
                .contains("--kv-urls \"nowhere\": expected b=http://HOST:PORT")
                .contains("--kv-urls \"d=http://h:4\": expected one of [a, b, c]")
                .contains("also c=http://HOST:PORT")
                .contains("--data-dir");
    }

    @Test
    void shouldSayOnceThatAUrlIsWrongWhenItsNameIsUsedElsewhere() {
        flags.initialCluster = "a=http://h:1,b=h:2,c=http://h:3";
        flags.kvUrls = "a=http://h:1,b=http://h:2,c=h:3";
        NodeChecks checks = new NodeChecks(flags);

        assertThat(checks.conclude()).isEmpty();
        assertThat(checks.mistakes())
                .containsExactly(
                        "--initial-cluster \"h:2\": expected b=http://HOST:PORT",
                        "--kv-urls \"h:3\": expected c=http://HOST:PORT");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a=http://h:1,b                | NAME=http://HOST:PORT
        b=http://h                    | b=http://HOST:PORT
        a=http://h:1,b=http://h:1     | a URL of its own for each member
        a=http://h:1                  | one of [a]
        """)
    void shouldSayWhatIsExpectedWhenTheClusterIsWrong(String cluster, String expected) {
        flags.initialCluster = cluster;
        NodeChecks checks = new NodeChecks(flags);

        assertThat(checks.conclude()).isEmpty();
        assertThat(String.join("\n", checks.mistakes())).contains(expected);
    }

    @Test
    void shouldAskForWhatHasNoDefaultWhenNothingIsGiven() {
        flags.name = null;
        flags.initialCluster = null;
        flags.kvUrls = null;
        NodeChecks checks = new NodeChecks(flags);

        assertThat(checks.conclude()).isEmpty();
        assertThat(checks.mistakes())
                .hasSize(3)
                .allSatisfy(mistake -> assertThat(mistake).contains(" is missing: expected "));
        assertThat(String.join("\n", checks.mistakes())).contains("--name is", "--initial-cluster is", "--kv-urls is");
    }
}
