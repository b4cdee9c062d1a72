package dev.rafthttp.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private static final String LAB = "a=http://127.0.0.1:11380,b=http://127.0.0.1:11381,c=http://127.0.0.1:11382";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();

    @TempDir
    private Path folder;

    private int run(String... args) {
        return Main.run(args, environment, print(out), print(err), new CountDownLatch(1));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private List<String> outLines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<String> errLines() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private String file(String content) throws IOException {
        return Files.writeString(folder.resolve("rafthttp.yaml"), content).toString();
    }

    @Test
    void shouldPrintEtcdsIdsWhenAMemberIsNamed() {
        int status = run("member-id", "--name", "b", "--initial-cluster", LAB, "--initial-cluster-token", "lab");

        assertThat(status).isZero();
        assertThat(outLines()).containsExactly("member 2d6ad8dfaeaf7635", "cluster fa382b6b47c3c31");
        assertThat(errLines()).isEmpty();
    }

    @Test
    void shouldPrintUnsignedDecimalIdsWhenTheyAreForTheJsonOfMessages() {
        int status = run("member-id", "--decimal", "--name=c", "--initial-cluster", LAB, "--initial-cluster-token=lab");

        assertThat(status).isZero();
        assertThat(outLines()).containsExactly("member 13793979767462169426", "cluster 1126888052996455473");
    }

    @Test
    void shouldNameEveryMistakeOnALineOfItsOwnWhenThereAreSeveral() {
        int status = run(
                "relay",
                "--initial-cluster=a=http://127.0.0.1:11380,b=ftp://127.0.0.1:1,c",
                "--targets=a=http://127.0.0.1:0,q=http://127.0.0.1:21389",
                "--uplinks=b=http://127.0.0.1:31381",
                "--cluster-id=xyz",
                "--listen-node=http://192.0.2.1:2381",
                "--shutdown-grace=soon",
                "--log-format=xml",
                "--bogus");

        assertThat(status).isEqualTo(2);
        assertThat(errLines())
                .containsExactlyInAnyOrder(
                        "rafthttp relay: --bogus is unknown: expected one of the options that --help lists",
                        "rafthttp relay: --log-format \"xml\": expected text or json",
                        "rafthttp relay: --initial-cluster \"b=ftp://127.0.0.1:1\": expected b=http://HOST:PORT; its scheme is"
                                + " neither http nor https",
                        "rafthttp relay: --initial-cluster \"c\": expected NAME=http://HOST:PORT",
                        "rafthttp relay: --targets \"a=http://127.0.0.1:0\": expected a=http://HOST:PORT; its port is 0",
                        "rafthttp relay: --targets \"q\": expected names in --initial-cluster",
                        "rafthttp relay: --local is missing: expected a name in --initial-cluster, since there is --uplinks",
                        "rafthttp relay: --cluster-id \"xyz\": expected 1 to 16 hexadecimal digits, as in 8e9e05c52164694d",
                        "rafthttp relay: --listen-node \"http://192.0.2.1:2381\": expected a host on loopback, or"
                                + " --node-token-file, since otherwise everybody may use the API",
                        "rafthttp relay: --shutdown-grace \"soon\": expected a number with a unit, ms, s or m, from 1ms to"
                                + " 3600s");
    }

    @Test
    void shouldTakeTheCommandLineBeforeTheEnvironmentBeforeTheFileWhenAllHaveAValue() throws IOException {
        String config = file("name: a\ninitial-cluster: " + LAB + "\ninitial-cluster-token: lab\n");

        assertThat(run("member-id", "--config-file", config)).isZero();
        environment.put("RAFTHTTP_NAME", "b");
        assertThat(run("member-id", "--config-file", config)).isZero();
        assertThat(run("member-id", "--config-file", config, "--name", "c")).isZero();

        assertThat(outLines())
                .filteredOn(line -> line.startsWith("member"))
                .containsExactly("member 2d1b1a9e7e94b7cb", "member 2d6ad8dfaeaf7635", "member bf6e0f83ce820b52");
    }

    @Test
    void shouldTakeAnEmptyVariableForNoneWhenAnOptionHasADefaultOrTheFileAValue() throws IOException {
        environment.put("RAFTHTTP_INITIAL_CLUSTER_TOKEN", "");
        environment.put("RAFTHTTP_NAME", "");
        environment.put("RAFTHTTP_CONFIG_FILE", "");
        environment.put("RAFTHTTP_NO_OPTION", "");

        assertThat(run("member-id", "--initial-cluster", LAB, "--config-file", file("name: a\n")))
                .isZero();
        environment.clear();
        assertThat(run("member-id", "--initial-cluster", LAB, "--name", "a")).isZero();

        assertThat(errLines()).isEmpty();
        assertThat(outLines().subList(0, 2)).isEqualTo(outLines().subList(2, 4));
    }

    @Test
    void shouldWarnOfAVariableWhenItIsNotAnOptionOfTheCommand() {
        environment.put("RAFTHTTP_INITIAL_CLUSTR", "x");
        environment.put("RAFTHTTP_CONFIG", "x");
        environment.put("RAFTHTTP_CALLBACK_URL", "http://127.0.0.1:1");
        environment.put("RAFTHTTP_JAVA_OPTS", "-Xmx1g");
        environment.put("ETCD_NAME", "x");

        assertThat(run("member-id", "--name=a", "--initial-cluster=" + LAB)).isZero();

        String start = "rafthttp member-id: warning: the environment variable ";
        assertThat(errLines())
                .containsExactly(
                        start + "RAFTHTTP_CALLBACK_URL has no effect: there is no --callback-url",
                        start
                                + "RAFTHTTP_CONFIG has no effect: there is no --config; did you mean RAFTHTTP_CONFIG_FILE?",
                        start + "RAFTHTTP_INITIAL_CLUSTR has no effect: there is no --initial-clustr; did you mean"
                                + " RAFTHTTP_INITIAL_CLUSTER?");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sidecar", "relay", "tap", "decode", "member-id"})
    void shouldPrintTheVersionAndNothingElseWhenAskedTo(String command) {
        environment.put("RAFTHTTP_NO_OPTION", "x");

        assertThat(run(command, "--version", "--bogus")).isZero();

        assertThat(outLines()).singleElement().asString().matches("rafthttp \\d+\\.\\d+\\.\\d+.*");
        assertThat(errLines()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sidecar", "relay", "tap", "decode", "member-id"})
    void shouldListOptionsUnderHeadingsInOneOrderWhenAskedForHelp(String command) {
        List<String> headings = List.of(
                "Options:",
                "Member and cluster:",
                "Peers:",
                "TLS with peers:",
                "Node side:",
                "Folders:",
                "Process:",
                "Exit status:");

        assertThat(run(command, "--help")).isZero();

        List<String> found = outLines().stream().filter(headings::contains).toList();
        assertThat(found).doesNotHaveDuplicates().contains("Process:", "Exit status:");
        assertThat(found).isSortedAccordingTo(Comparator.comparing(headings::indexOf));
        assertThat(outLines()).anyMatch(line -> line.contains("--config-file=FILE"));
    }

    @Test
    void shouldFindTheFileByTheEnvironmentWhenItIsNamedThere() throws IOException {
        environment.put(
                "RAFTHTTP_CONFIG_FILE",
                file("name: a\ninitial-cluster-token: lab\ninitial-cluster:\n  - a=http://127.0.0.1:11380\n"
                        + "  - b=http://127.0.0.1:11381\n  - c=http://127.0.0.1:11382\n"));

        assertThat(run("member-id")).isZero();
        assertThat(outLines()).containsExactly("member 2d1b1a9e7e94b7cb", "cluster fa382b6b47c3c31");
    }

    @Test
    void shouldNameTheKeyWhenTheFileHasOneThatIsNoOption() throws IOException {
        String config = file("name: a\ninitial-clutser: x\n");

        assertThat(run("member-id", "--config-file", config, "--initial-cluster", LAB))
                .isEqualTo(2);
        assertThat(errLines())
                .containsExactly("rafthttp member-id: --config-file \"" + config
                        + "\": expected keys that are options of this command, which initial-clutser in line 2 is not");
    }

    @Test
    void shouldTakeTheFilesValuesAsTheyAreWritten() throws IOException {
        String config = file("name: no\ninitial-cluster-token: 1.10\ninitial-cluster: no=http://127.0.0.1:11380\n");

        assertThat(run("member-id", "--config-file", config)).isZero();
        assertThat(run(
                        "member-id",
                        "--name=no",
                        "--initial-cluster=no=http://127.0.0.1:11380",
                        "--initial-cluster-token=1.10"))
                .isZero();

        assertThat(errLines()).isEmpty();
        assertThat(outLines().subList(0, 2)).isEqualTo(outLines().subList(2, 4));
    }

    @Test
    void shouldReadAnIdOfTheFileAsHexWhenItLooksOctal() throws IOException {
        String config = file("member-id: 010\ncluster-id: 1_0\npeer: [010=http://127.0.0.1:1]\n");

        assertThat(run("sidecar", "--config-file", config, "--log-level=none")).isEqualTo(2);

        assertThat(errLines())
                .containsExactlyInAnyOrder(
                        "rafthttp sidecar: --log-level \"none\": expected one of error, warn, info, debug, trace",
                        "rafthttp sidecar: --cluster-id \"1_0\": expected 1 to 16 hexadecimal digits, as in"
                                + " 8e9e05c52164694d");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        name: a\\nname: b              | each key once, but line 2 has name again, after line 1
        name: a\\n"name": a            | each key once, but line 2 has name again, after line 1
        name: a\\nx: 1\\nx: 2         | each key once, but line 3 has x again, after line 2
        name:\\n  b: c                | a value or a list of values for name, but line 2 has a map
        name: [a, [b]]                | a value or a list of values for name, but line 1 has a list in the list
        name: &x [*x]                 | a value or a list of values for name, but line 1 has a list in the list
        name: a\\n? [b]\\n: c         | options as keys, but line 2 has a list or a map as a key
        name: a\\n---\\nname: b       | a YAML file, not one with a line
        name: *x                      | a YAML file, not one with a line
        name: a\\n<<: {x: y}          | a value or a list of values for <<, but line 2 has a map
        """)
    void shouldNameTheLineWhenTheFileIsWrong(String content, String expected) throws IOException {
        String config = file(content.replace("\\n", "\n"));

        assertThat(run("member-id", "--name=a", "--initial-cluster=" + LAB, "--config-file", config))
                .isEqualTo(2);

        assertThat(errLines().get(0))
                .startsWith("rafthttp member-id: --config-file \"" + config + "\": expected " + expected);
    }

    @Test
    void shouldRefuseAFileOfAliasesThatGrowWithoutBound() throws IOException {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("a")
                    .append(i)
                    .append(": &a")
                    .append(i)
                    .append(" [*a")
                    .append(i - 1)
                    .append(", *a")
                    .append(i - 1)
                    .append("]\n");
        }

        assertThat(run("member-id", "--name=a", "--initial-cluster=" + LAB, "--config-file", file(bomb.toString())))
                .isEqualTo(2);

        assertThat(errLines()).singleElement().asString().contains("Number of aliases for non-scalar nodes exceeds");
    }

    @Test
    void shouldSayOnceThatAUrlIsWrongWhenItsNameIsUsedElsewhere() {
        assertThat(run("member-id", "--name=b", "--initial-cluster=a=http://127.0.0.1:1,b=127.0.0.1:2"))
                .isEqualTo(2);
        assertThat(run("sidecar", "--name=b", "--initial-cluster=a=http://127.0.0.1:1,b=127.0.0.1:2"))
                .isEqualTo(2);
        assertThat(run("sidecar", "--name=b")).isEqualTo(2);
        assertThat(run(
                        "relay",
                        "--initial-cluster=a=http://127.0.0.1:1,b=nowhere",
                        "--targets=a=x,b=http://127.0.0.1:4"))
                .isEqualTo(2);
        assertThat(run("relay", "--initial-cluster=a=http://127.0.0.1:1,b=http://127.0.0.1:2", "--local=c"))
                .isEqualTo(2);

        String noScheme = " its scheme is neither http nor https";
        assertThat(errLines())
                .containsExactly(
                        "rafthttp member-id: --initial-cluster \"b=127.0.0.1:2\": expected b=http(s)://HOST:PORT;"
                                + noScheme,
                        "rafthttp sidecar: --initial-cluster \"b=127.0.0.1:2\": expected b=http(s)://HOST:PORT;"
                                + noScheme,
                        "rafthttp sidecar: --initial-cluster is missing: expected NAME=http(s)://HOST:PORT of every member,"
                                + " or --member-id, --cluster-id and --peer",
                        "rafthttp relay: --initial-cluster \"b=nowhere\": expected b=http://HOST:PORT;" + noScheme,
                        "rafthttp relay: --targets \"a=x\": expected a=http://HOST:PORT;" + noScheme,
                        "rafthttp relay: --local \"c\": expected a name in --initial-cluster");
    }

    @Test
    void shouldSayWhatIsWrongWhenTheFileCannotBeUsed() throws IOException {
        String missing = folder.resolve("none.yaml").toString();

        assertThat(run("member-id", "--name=a", "--initial-cluster=" + LAB, "--config-file=" + missing))
                .isEqualTo(2);
        assertThat(run("member-id", "--name=a", "--initial-cluster=" + LAB, "--config-file=" + file("a: [")))
                .isEqualTo(2);

        assertThat(errLines()).hasSize(2);
        assertThat(errLines().get(0)).contains("--config-file \"" + missing + "\": expected a file that can be read");
        assertThat(errLines().get(1)).contains("expected a YAML file");
    }

    @Test
    void shouldSayWhatIsMissingWhenThereAreNoOptions() {
        assertThat(run("member-id")).isEqualTo(2);
        assertThat(errLines())
                .containsExactly(
                        "rafthttp member-id: --initial-cluster is missing: expected NAME=http(s)://HOST:PORT of every member",
                        "rafthttp member-id: --name is missing: expected a name in --initial-cluster");
    }

    @Test
    void shouldTakeTlsFromWhereverItIsGivenAndNameEveryMistakeInIt() throws IOException {
        String config = file("peer-key-file: " + folder.resolve("a.key") + "\npeer-client-cert-auth: true\n");
        environment.put("RAFTHTTP_PEER_CERT_FILE", folder.resolve("a.pem").toString());

        int status =
                run("sidecar", "--config-file=" + config, "--name=a", "--initial-cluster=a=http://127.0.0.1:11380");

        assertThat(status).isEqualTo(2);
        assertThat(errLines())
                .containsExactlyInAnyOrder(
                        "rafthttp sidecar: --initial-cluster \"http://127.0.0.1:11380\": expected https, since there is"
                                + " --peer-cert-file",
                        "rafthttp sidecar: --peer-trusted-ca-file is missing: expected a PEM file with the certificates of the CAs"
                                + " that issue the peers' certificates, since there is --peer-client-cert-auth",
                        "rafthttp sidecar: --peer-cert-file \"" + folder.resolve("a.pem")
                                + "\": expected a PEM file with this member's certificate, and after it those of"
                                + " intermediate CAs; but the file is not there",
                        "rafthttp sidecar: --peer-key-file \"" + folder.resolve("a.key")
                                + "\": expected a PEM file with the certificate's private key, not encrypted; but the file"
                                + " is not there");
    }

    @Test
    void shouldRefuseHttpsWhenItIsARelay() {
        assertThat(run("relay", "--initial-cluster=a=https://127.0.0.1:1", "--targets=a=https://127.0.0.1:2"))
                .isEqualTo(2);
        assertThat(errLines())
                .contains(
                        "rafthttp relay: --initial-cluster \"a=https://127.0.0.1:1\": expected a=http://HOST:PORT; its scheme is"
                                + " not http",
                        "rafthttp relay: --targets \"a=https://127.0.0.1:2\": expected a=http://HOST:PORT; its scheme is not http");
    }
}
