package dev.rafthttp.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Unpacks the distribution into an empty folder and runs it where there is nothing but Java's launcher and a shell's few tools:
 * no compiler, no Maven, no JAVA_HOME.
 */
class DistributionTest {
    private static final String VERSION = Distribution.VERSION;
    private static final List<String> TOOLS = List.of("sh", "cat", "dirname", "find", "head", "readlink", "sed");

    @TempDir
    private static Path folder;

    private static Path home;
    private static Path path;

    /** How a command ended. */
    private record Result(int status, String out, String err) {}

    @BeforeAll
    static void unpack() throws Exception {
        home = Distribution.unpack(folder);
        path = Files.createDirectory(folder.resolve("path"));
        for (String tool : TOOLS) {
            Files.createSymbolicLink(path.resolve(tool), Distribution.find(tool));
        }
        Files.createSymbolicLink(path.resolve("java"), Path.of(System.getProperty("java.home"), "bin", "java"));
    }

    private static Result run(Path program, String... args) throws IOException, InterruptedException {
        return runWith(Map.of(), program, args);
    }

    private static Result runWith(Map<String, String> environment, Path program, String... args)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", "");
        Path err = Files.createTempFile(folder, "err", "");
        ProcessBuilder command = new ProcessBuilder(
                Stream.concat(Stream.of(program.toString()), Stream.of(args)).toList());
        command.environment().clear();
        command.environment().put("PATH", path.toString());
        // Short runs: they start sooner with the first of Java's compilers alone.
        command.environment().put("RAFTHTTP_JAVA_OPTS", "-XX:TieredStopAtLevel=1");
        command.environment().putAll(environment);
        Process process =
                command.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        int status = process.waitFor();
        return new Result(
                status, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    private static Result rafthttp(String... args) throws IOException, InterruptedException {
        return run(home.resolve("bin/rafthttp"), args);
    }

    @Test
    void shouldHoldOneFolderWithEverythingWhenUnpacked() throws IOException {
        try (Stream<Path> top = Files.list(home.getParent());
                Stream<Path> files = Files.list(home)) {
            assertThat(top).containsExactly(home);
            assertThat(files)
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder("bin", "lib", "licenses", "LICENSE", "README.md", "raft.proto");
        }
        assertThat(home.resolve("bin/rafthttp")).isExecutable();
    }

    @Test
    void shouldPrintItsVersionWhenAsked() throws Exception {
        assertThat(rafthttp("version")).isEqualTo(new Result(0, "rafthttp " + VERSION + "\n", ""));
    }

    @Test
    void shouldListTheCommandsWhenAskedForHelp() throws Exception {
        Result result = rafthttp("help");

        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("relay", "decode", "member-id", "demo", "node");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void shouldPrintEtcdsIdsWhenAMemberIsNamed() throws Exception {
        Result result = rafthttp(
                "member-id",
                "--name=b",
                "--initial-cluster-token=lab",
                "--initial-cluster=a=http://127.0.0.1:11380,b=http://127.0.0.1:11381,c=http://127.0.0.1:11382");

        assertThat(result).isEqualTo(new Result(0, "member 2d6ad8dfaeaf7635\ncluster fa382b6b47c3c31\n", ""));
    }

    @Test
    void shouldListTheOptionsWhenTheRelayIsAskedForHelp() throws Exception {
        Result result = rafthttp("relay", "--help");

        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("Usage: rafthttp relay", "--targets");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void shouldListTheOptionsWhenTheDemoIsAskedForHelp() throws Exception {
        Result result = rafthttp("demo", "--help");

        assertThat(result.status()).isZero();
        assertThat(result.out()).contains("--members");
        assertThat(result.err()).isEmpty();
    }

    /** So far it comes only with the disk's native library, which is unpacked before anything is asked of the disk. */
    @Test
    void shouldFindItsDiskAndNoPlaceForTheKeysWhenTheNodesPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "http://127.0.0.1:" + taken.getLocalPort();

            Result result = rafthttp(
                    "node",
                    "--name=a",
                    "--initial-cluster=a=" + url,
                    "--node=" + url,
                    "--data-dir=" + folder.resolve("data"),
                    "--listen-kv=" + url,
                    "--kv-urls=a=" + url);

            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err()).contains("rafthttp node: cannot serve keys at " + url);
            assertThat(folder.resolve("data/raft.db")).isNotEmptyFile();
        }
    }

    @Test
    void shouldPrintAMessageWhenACaptureHasOne() throws Exception {
        // {type MsgHeartbeat, to 2, from 1}
        byte[] frame = {0, 0, 0, 0, 0, 0, 0, 6, 0x08, 8, 0x10, 2, 0x18, 1};
        Path capture = Files.write(folder.resolve("capture"), frame);

        assertThat(rafthttp("decode", "--stream=message", "--json", capture.toString()))
                .isEqualTo(new Result(
                        0,
                        "{\"offset\":0,\"bytes\":14,\"message\":{\"type\":\"MsgHeartbeat\",\"to\":\"2\",\"from\":\"1\"}}\n",
                        ""));
    }

    @Test
    void shouldTakeItsClassesFromTheArchiveWhenTheCommandHasOne() throws Exception {
        Path program = home.resolve("bin/rafthttp");
        Path archive = home.resolve("lib/decode.jsa");
        Path loaded = folder.resolve("loaded");
        Path capture = Files.write(folder.resolve("empty"), new byte[0]);
        String[] decode = {"decode", "--stream=message", capture.toString()};
        runWith(Map.of("JAVA_OPTS", "-XX:ArchiveClassesAtExit=" + archive), program, decode);

        Result result = runWith(Map.of("JAVA_OPTS", "-Xlog:class+load:file=" + loaded), program, decode);

        assertThat(result).isEqualTo(new Result(0, "", ""));
        assertThat(loaded)
                .content()
                .containsPattern("dev\\.rafthttp\\.codec\\.MessageDecoder source: shared objects file \\(top\\)");

        Files.delete(archive);
        Files.writeString(archive, "of another Java");

        assertThat(runWith(Map.of(), program, decode))
                .as("with an archive that is of no use")
                .isEqualTo(result);
        Files.delete(archive);
    }

    /** A JDK whose java only notes what it is started with. */
    private static Path jdk(String name, String... release) throws IOException {
        Path jdk = folder.resolve(name);
        Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
        Files.writeString(
                java,
                "#!/bin/sh\n"
                        + "if [ \"$1\" = -version ]; then echo 'openjdk version \"17.0.1\"' >&2; set -- version; fi\n"
                        + "case $1 in version) echo version ;; *) echo command ;; esac >>" + jdk.resolve("calls")
                        + "\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        if (release.length > 0) {
            Files.write(jdk.resolve("release"), List.of(release));
        }
        return jdk;
    }

    private static Result decodeWith(Path jdk) throws Exception {
        return runWith(Map.of("JAVA_HOME", jdk.toString()), home.resolve("bin/rafthttp"), "decode");
    }

    @Test
    void shouldStartJavaOnceWhenTheJdkHasAFileOfItsVersion() throws Exception {
        Path jdk = jdk("jdk-17", "IMPLEMENTOR=\"N/A\"", "JAVA_VERSION=\"17.0.15\"");

        assertThat(decodeWith(jdk)).isEqualTo(new Result(0, "", ""));

        assertThat(jdk.resolve("calls")).hasContent("command");
    }

    @ParameterizedTest
    @ValueSource(strings = {"IMPLEMENTOR=\"N/A\"", ""})
    void shouldAskJavaForItsVersionWhenNoFileSaysIt(String release) throws Exception {
        Path jdk = release.isEmpty() ? jdk("jdk-without-file") : jdk("jdk-without-version", release);

        assertThat(decodeWith(jdk)).isEqualTo(new Result(0, "", ""));

        assertThat(jdk.resolve("calls")).hasContent("version\ncommand");
    }

    @ParameterizedTest
    @ValueSource(strings = {"11.0.2", "1.8.0_412"})
    void shouldStartNothingWhenJavaIsTooOld(String version) throws Exception {
        Path jdk = jdk("jdk-" + version, "JAVA_VERSION=\"" + version + "\"");

        Result result = decodeWith(jdk);

        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains(", not 17 or later: set JAVA_HOME to one");
        assertThat(jdk.resolve("calls")).doesNotExist();
    }

    @Test
    void shouldCollectInParallelWhenNoCollectorIsNamed() throws Exception {
        Path log = folder.resolve("collector-ours");

        Result result =
                runWith(Map.of("JAVA_OPTS", "-Xlog:gc:file=" + log), home.resolve("bin/rafthttp"), "sidecar", "--help");

        assertThat(result.status()).isZero();
        assertThat(log).content().contains("Using Parallel");
    }

    @Test
    void shouldCollectInParallelWhenOptionsOnlyLookLikeACollector() throws Exception {
        Path log = folder.resolve("collector-ours-too");
        String options = "-XX:+UseStringDeduplication -XX:MaxGCPauseMillis=200 -XX:+UseGCOverheadLimit"
                + " -XX:+UseDynamicNumberOfGCThreads";

        Result result = runWith(
                Map.of("JAVA_OPTS", options + " -Xlog:gc:file=" + log),
                home.resolve("bin/rafthttp"),
                "sidecar",
                "--help");

        assertThat(result.status()).isZero();
        assertThat(log).content().contains("Using Parallel");
    }

    @Test
    void shouldCollectAsItIsToldWhenACollectorIsNamed() throws Exception {
        Path log = folder.resolve("collector-named");

        Result result = runWith(
                Map.of("JAVA_OPTS", "-Xlog:gc:file=" + log, "RAFTHTTP_JAVA_OPTS", "-XX:+UseSerialGC"),
                home.resolve("bin/rafthttp"),
                "sidecar",
                "--help");

        assertThat(result.status()).isZero();
        assertThat(log).content().contains("Using Serial");
    }

    @Test
    void shouldFindItsLibrariesWhenStartedThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), home.resolve("bin/rafthttp"));

        assertThat(run(link, "version").out()).isEqualTo("rafthttp " + VERSION + "\n");
    }

    @Test
    void shouldFindItsLibrariesWhenItsFolderIsALink() throws Exception {
        Path other = Files.createDirectory(folder.resolve("usr"));
        Path bin = Files.createSymbolicLink(other.resolve("bin"), home.resolve("bin"));
        Path relative = Files.createSymbolicLink(other.resolve("rafthttp"), Path.of("bin/rafthttp"));

        assertThat(run(bin.resolve("rafthttp"), "version").out()).isEqualTo("rafthttp " + VERSION + "\n");
        assertThat(run(relative, "version").out()).isEqualTo("rafthttp " + VERSION + "\n");
    }
}
