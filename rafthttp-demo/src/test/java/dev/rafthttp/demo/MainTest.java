package dev.rafthttp.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.ClusterIdentity;
import dev.rafthttp.FolderLock;
import dev.rafthttp.MemberId;
import dev.rafthttp.demo.command.StopSignal;
import dev.rafthttp.demo.kv.MemoryNetwork;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.microraft.MicroRaftCallback;
import dev.rafthttp.sidecarclient.fixture.ScriptedSidecar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final StopSignal stop = new StopSignal();

    @ParameterizedTest
    @CsvSource({
        "--members, 2, 3 to 9",
        "--members, three, int",
        "--seconds, 0, 1 to 3600",
        "--writers, 5000, 1 to 4096",
        "--seed, x, long",
    })
    void shouldSayInOneLineWhatIsExpectedWhenAnOptionIsWrong(String option, String value, String expected) {
        int status = run(Map.of(), option, value);

        assertThat(status).isEqualTo(2);
        assertThat(text(err)).contains(option, value, expected).hasLineCount(1);
        assertThat(text(out)).isEmpty();
    }

    @Test
    void shouldTakeTheEnvironmentsValueWhenTheCommandLineHasNone() {
        int status = run(Map.of("RAFTHTTP_MEMBERS", "99"));

        assertThat(status).isEqualTo(2);
        assertThat(text(err)).contains("--members is 99");
    }

    @Test
    void shouldTakeTheCommandLinesValueWhenTheEnvironmentHasAnother() {
        stop.raise();

        int status = run(Map.of("RAFTHTTP_MEMBERS", "99", "RAFTHTTP_KEEP", "true"), "--members", "5");

        assertThat(status).isZero();
        assertThat(text(out)).contains("member 5 at").contains("keys of member 5 at");
    }

    @ParameterizedTest
    @CsvSource({"demo", "node"})
    void shouldPrintTheVersionWhenAskedTo(String command) {
        int status = Main.run(
                new String[] {command, "--version"},
                new MemoryNetwork(),
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                stop);

        assertThat(status).isZero();
        assertThat(text(out)).startsWith("rafthttp ").hasLineCount(1);
    }

    @Test
    void shouldTakeTheFilesValueWhenNothingElseHasOne(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("demo.yaml"), "members: 99\n");

        int status = run(Map.of(), "--config-file", file.toString());

        assertThat(status).isEqualTo(2);
        assertThat(text(err)).contains("--members is 99");
    }

    @Test
    void shouldExplainEveryOptionWhenAskedForHelp() {
        int status = run(Map.of(), "--help");

        assertThat(status).isZero();
        assertThat(text(out)).contains("--members", "--seconds", "--writers", "--keep", "--seed");
    }

    @Test
    void shouldTellEveryMistakeInALineWhenANodesOptionsAreWrong() {
        int status = Main.run(
                new String[] {"node", "--node", "x"},
                new MemoryNetwork(),
                Map.of("RAFTHTTP_KV_URLS", "a=http://h:1", "RAFTHTTP_LISTEN_KV", "nowhere"),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                stop);

        assertThat(status).isEqualTo(2);
        assertThat(text(err).lines())
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).startsWith("rafthttp node: --"))
                .anySatisfy(line -> assertThat(line).contains("--listen-kv \"nowhere\""));
    }

    @Test
    void shouldEndInOrderWhenANodeIsStopped(@TempDir Path folder) {
        stop.raise();

        assertThat(node(folder, "http://127.0.0.1:1")).isZero();

        assertThat(folder.resolve("data/raft.db")).exists();
    }

    @Test
    void shouldExitWithOneWhenTheSidecarIsAnotherMembers(@TempDir Path folder) {
        String address = FreeUrls.next().toString();
        try (ScriptedSidecar sidecar = new ScriptedSidecar(URI.create(address))) {
            assertThat(node(folder, address)).isEqualTo(1);

            assertThat(text(err)).contains("rafthttp node: the sidecar at " + address + " is that of member a");
            assertThat(sidecar.posts).hasValue(0);
        }
    }

    @Test
    void shouldExitWithOneAndAskNothingOfTheSidecarWhenItsPortIsTaken(@TempDir Path folder) throws IOException {
        String address = FreeUrls.next().toString();
        try (ScriptedSidecar sidecar = new ScriptedSidecar(URI.create(address));
                ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String kv = "http://127.0.0.1:" + taken.getLocalPort();

            assertThat(node(folder, address, kv)).isEqualTo(1);

            assertThat(text(err))
                    .isEqualTo("rafthttp node: cannot serve keys at " + kv + ": Address already in use"
                            + System.lineSeparator());
            assertThat(sidecar.statusAsked).hasValue(0);
        }
    }

    @Test
    void shouldExitWithOneAndNameTheHolderWhenItsFolderIsInUse(@TempDir Path folder) throws IOException {
        Path data = folder.resolve("data");
        try (FolderLock held = FolderLock.take(data, "the node of member b")) {
            assertThat(node(folder, "http://127.0.0.1:1")).isEqualTo(1);

            assertThat(text(err))
                    .isEqualTo("rafthttp node: --data-dir \"" + data
                            + "\": expected a folder that no other process uses, but " + held.folder()
                            + " is in use by the node of member b, process "
                            + ProcessHandle.current().pid() + System.lineSeparator());
        }
    }

    @Test
    void shouldExitWithThreeWhenItsMemberIsRemoved(@TempDir Path folder) {
        String address = FreeUrls.next().toString();
        // Whose sidecar it is: member a of the cluster of one that node() names.
        MemberId member = ClusterIdentity.memberId(List.of(URI.create("http://127.0.0.1:2380")), "etcd-cluster");
        try (LogLines log = LogLines.of(MicroRaftCallback.class);
                ScriptedSidecar sidecar =
                        new ScriptedSidecar(URI.create(address), member, ClusterIdentity.clusterId(List.of(member)))) {
            sidecar.happens("event: member-removed\ndata: {\"member\":\"" + member
                    + "\",\"toldBy\":\"b\",\"reason\":\"no more\"}\n\n");

            assertThat(node(folder, address)).isEqualTo(3);

            assertThat(text(err))
                    .contains("rafthttp node: member " + member + " was removed from its cluster: no more");
            assertThat(log.texts())
                    .containsExactly("member " + member + " has been removed from its cluster and stops: no more");
            assertThat(log.all())
                    .allSatisfy(line -> assertThat(line.getThrowableProxy()).isNull());
        }
    }

    private int node(Path folder, String sidecar) {
        return node(folder, sidecar, FreeUrls.next().toString());
    }

    private int node(Path folder, String sidecar, String kv) {
        return Main.run(
                new String[] {
                    "node",
                    "--name=a",
                    "--initial-cluster=a=http://127.0.0.1:2380",
                    "--node=" + sidecar,
                    "--data-dir=" + folder.resolve("data"),
                    "--listen-kv=" + kv,
                    "--kv-urls=a=http://127.0.0.1:8080"
                },
                new MemoryNetwork(),
                Map.of(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                stop);
    }

    private int run(Map<String, String> environment, String... args) {
        return Main.run(
                Stream.concat(Stream.of("demo"), Stream.of(args)).toArray(String[]::new),
                new MemoryNetwork(),
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                stop);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
