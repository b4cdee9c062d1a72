package dev.rafthttp.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.fixture.FreeUrls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code rafthttp tap} of a running {@code rafthttp sidecar}, which listens at a Unix socket and wants a token. */
class TapCommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String MESSAGE = "{\"type\":\"MsgHeartbeat\",\"from\":\"10\",\"to\":\"11\",\"term\":\"7\"}";

    private final List<CountDownLatch> stops = new ArrayList<>();
    private final List<CompletableFuture<Integer>> commands = new ArrayList<>();

    @TempDir
    private Path folder;

    private Path socket;
    private Path token;
    private CountDownLatch sidecarStop;

    private record Running(CompletableFuture<Integer> status, ByteArrayOutputStream out, ByteArrayOutputStream err) {
        String text() {
            return out.toString(StandardCharsets.UTF_8);
        }

        String errors() {
            return err.toString(StandardCharsets.UTF_8);
        }
    }

    private Running run(CountDownLatch stop, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CompletableFuture<Integer> status =
                CompletableFuture.supplyAsync(() -> Main.run(args, Map.of(), print(out), print(err), stop), task -> {
                    Thread thread = new Thread(task, args[0]);
                    thread.setDaemon(true);
                    thread.start();
                });
        stops.add(stop);
        commands.add(status);
        return new Running(status, out, err);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    @BeforeEach
    void startSidecar() throws IOException {
        socket = folder.resolve("node.sock");
        token = Files.writeString(folder.resolve("token"), "secret");
        sidecarStop = new CountDownLatch(1);
        run(
                sidecarStop,
                "sidecar",
                "--member-id=a",
                "--cluster-id=1",
                "--peer=a=" + FreeUrls.next(),
                "--peer=b=http://127.0.0.1:9",
                "--listen-node=unix:" + socket,
                "--node-token-file=" + token,
                "--snapshot-dir=" + folder.resolve("snapshots"),
                "--state-dir=" + folder.resolve("state"),
                "--shutdown-grace=100ms",
                "--log-level=error");
        await().atMost(LIMIT).until(() -> Files.exists(socket));
    }

    @AfterEach
    void stopAll() throws Exception {
        stops.forEach(CountDownLatch::countDown);
        for (CompletableFuture<Integer> command : commands) {
            command.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private Running tap(CountDownLatch stop, String... more) {
        List<String> args = new ArrayList<>(
                List.of("tap", "--node=unix:" + socket, "--node-token-file=" + token, "--log-level=error"));
        args.addAll(List.of(more));
        return run(stop, args.toArray(String[]::new));
    }

    private void post() throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(socket));
            channel.write(ByteBuffer.wrap(("POST /v1/messages HTTP/1.0\r\nAuthorization: Bearer secret\r\n"
                            + "Content-Type: application/json\r\nContent-Length: " + MESSAGE.length() + "\r\n\r\n"
                            + MESSAGE)
                    .getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer answer = ByteBuffer.allocate(1 << 10);
            while (channel.read(answer) >= 0) {
                // To its end.
            }
            assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void shouldShowWhatIsSentUntilItIsTold() throws Exception {
        CountDownLatch stop = new CountDownLatch(1);
        Running tap = tap(stop, "--type=MsgHeartbeat", "--to=b");

        // The first may be sent before the tap is there.
        await().atMost(LIMIT).until(() -> {
            post();
            return !tap.text().isEmpty();
        });

        assertThat(tap.text().lines().findFirst().orElseThrow())
                .containsPattern("^20.* a → b +MsgHeartbeat +term 7 +index 0 ");
        stop.countDown();
        assertThat(tap.status().get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isZero();
        assertThat(tap.errors()).isEmpty();
    }

    @Test
    void shouldEndWithAnErrorWhenTheSidecarEnds() throws Exception {
        Running tap = tap(new CountDownLatch(1), "--json");
        await().atMost(LIMIT).until(() -> {
            post();
            return tap.text().contains("\"message\":{");
        });

        sidecarStop.countDown();

        assertThat(tap.status().get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(tap.errors()).contains("rafthttp tap: unix:" + socket + ": ");
    }

    @Test
    void shouldSayWhyItIsRefused() throws Exception {
        Path wrong = Files.writeString(folder.resolve("wrong"), "other");

        Running tap = run(
                new CountDownLatch(1),
                "tap",
                "--node=unix:" + socket,
                "--node-token-file=" + wrong,
                "--log-level=error");

        assertThat(tap.status().get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(tap.errors()).contains("it answered 401").contains("Authorization: Bearer");
    }

    @Test
    void shouldNameEveryMistakeWhenOptionsAreWrong() throws Exception {
        Running tap = run(
                new CountDownLatch(1),
                "tap",
                "--node=unix:/" + "x".repeat(106),
                "--from=xyz",
                "--type=MsgNone",
                "--node-token-file=/none");

        assertThat(tap.status().get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(2);
        assertThat(tap.errors().lines().toList())
                .hasSize(4)
                .anySatisfy(line -> assertThat(line)
                        .contains("--node \"unix:/" + "x".repeat(106)
                                + "\": expected http://HOST:PORT or unix:/PATH of at most 106 bytes"))
                .anySatisfy(line -> assertThat(line).contains("--from \"xyz\""))
                .anySatisfy(line -> assertThat(line).contains("--type \"MsgNone\""))
                .anySatisfy(line -> assertThat(line).contains("--node-token-file \"/none\""));
    }
}
