package dev.rafthttp.demo.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.WrongOptionsException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeChecksTest {
    private final NodeFlags flags = new NodeFlags();

    NodeChecksTest() {
        flags.member.name = "b";
        flags.member.initialCluster = "a=http://127.0.0.1:11380,b=http://127.0.0.1:11381,c=http://127.0.0.1:11382";
        flags.member.token = "lab";
        flags.sidecar = "http://127.0.0.1:2381";
        flags.dataDir = "data";
        flags.listenKv = "http://0.0.0.0:8080";
        flags.kvUrls = "a=http://h:1,b=http://h:2/,c=https://h:3";
    }

    private NodeOptions conclude() {
        return new NodeChecks(flags, new Mistakes(), new LogNames()).conclude();
    }

    private List<String> mistakes() {
        return catchThrowableOfType(WrongOptionsException.class, this::conclude).mistakes();
    }

    @Test
    void shouldDeriveEtcdsIdsWhenMembersAreNamed() {
        NodeOptions options = conclude();

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

        assertThat(conclude().dataDir()).isEqualTo(Path.of("./2d6ad8dfaeaf7635.rafthttp/data"));
    }

    @Test
    void shouldTakeASocketWhenTheSidecarHasOne() {
        flags.sidecar = "unix:/run/rafthttp/node.sock";

        assertThat(conclude().sidecar().getPath()).isEqualTo("/run/rafthttp/node.sock");
    }

    @Test
    void shouldRefuseASocketWhosePathIsLongerThanJavaTakes() {
        flags.sidecar = "unix:/" + "x".repeat(105);
        conclude();

        flags.sidecar += "x";

        assertThat(mistakes())
                .containsExactly("--node \"" + flags.sidecar
                        + "\": expected http://HOST:PORT or unix:/PATH of at most 106 bytes");
    }

    @Test
    void shouldTellEveryMistakeAtOnceWhenThereAreSeveral() {
        flags.member.name = null;
        flags.sidecar = "unix:relative";
        flags.listenKv = "https://h:1";
        flags.kvUrls = "a=http://h:1,b=nowhere,d=http://h:4";
        flags.dataDir = "\0";

        assertThat(String.join("\n", mistakes()))
                .contains("--name is missing: expected a name in --initial-cluster")
                .contains("--node \"unix:relative\": expected http://HOST:PORT or unix:/PATH")
                .contains("--listen-kv \"https://h:1\": expected http://HOST:PORT")
                .contains("--kv-urls \"b=nowhere\": expected b=http(s)://HOST:PORT")
                .contains("--kv-urls \"d\": expected names in --initial-cluster")
                .contains("--kv-urls of c is missing: expected c=http(s)://HOST:PORT")
                .contains("--data-dir");
    }

    @Test
    void shouldSayOnceThatAUrlIsWrongWhenItsNameIsUsedElsewhere() {
        flags.member.initialCluster = "a=http://h:1,b=h:2,c=http://h:3";
        flags.kvUrls = "a=http://h:1,b=http://h:2,c=h:3";

        assertThat(mistakes())
                .containsExactly(
                        "--initial-cluster \"b=h:2\": expected b=http(s)://HOST:PORT; its scheme is neither http nor https",
                        "--kv-urls \"c=h:3\": expected c=http(s)://HOST:PORT; its scheme is neither http nor https");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        a=http://h:1,b                | NAME=http(s)://HOST:PORT
        b=http://h                    | b=http(s)://HOST:PORT
        a=http://h:1,b=http://h:1     | URLs that no other member has
        a=http://h:1                  | --name "b": expected a name in --initial-cluster
        """)
    void shouldSayWhatIsExpectedWhenTheClusterIsWrong(String cluster, String expected) {
        flags.member.initialCluster = cluster;

        assertThat(String.join("\n", mistakes())).contains(expected);
    }

    @Test
    void shouldAskForWhatHasNoDefaultWhenNothingIsGiven() {
        flags.member.name = null;
        flags.member.initialCluster = null;
        flags.kvUrls = null;

        assertThat(mistakes())
                .hasSize(2)
                .allSatisfy(mistake -> assertThat(mistake).contains(" is missing: expected "));
        assertThat(String.join("\n", mistakes())).contains("--name is", "--initial-cluster is");
    }
}
