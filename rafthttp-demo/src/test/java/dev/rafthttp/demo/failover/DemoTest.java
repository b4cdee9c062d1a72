package dev.rafthttp.demo.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.demo.command.StopSignal;
import dev.rafthttp.demo.kv.MemoryNetwork;
import dev.rafthttp.demo.kv.TransportFactory;
import dev.rafthttp.raftpb.MessageType;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DemoTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SEED = 42;

    private final MemoryNetwork network = new MemoryNetwork();
    private final StopSignal stop = new StopSignal();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void shouldLoseNothingWhenTheLeaderIsKilledAndComesBack() {
        int status = demo(false).run();

        assertThat(status).as(text()).isZero();
        assertThat(text())
                .containsPattern("member \\d, the leader, is killed")
                .containsPattern("member \\d has installed a snapshot")
                .contains("3, equal: 4,096 keys", "none lost");
        assertThat(network.delivered())
                .containsKeys(
                        MessageType.MsgApp,
                        MessageType.MsgAppResp,
                        MessageType.MsgHeartbeat,
                        MessageType.MsgPreVote,
                        MessageType.MsgPreVoteResp,
                        MessageType.MsgVote,
                        MessageType.MsgVoteResp,
                        MessageType.MsgSnap);
        assertThat(network.isQuiet()).as("all transports are closed").isTrue();
    }

    @Test
    void shouldEndAtOnceAndCloseEverythingWhenTheUserStopsIt() {
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(demo(false)::run);
        await().atMost(PATIENCE).until(() -> text().contains("writes/s"));

        stop.raise();

        assertThat(status).succeedsWithin(PATIENCE).isEqualTo(0);
        assertThat(text()).contains("stopped before the replicas were compared");
        assertThat(network.isQuiet()).as("all transports are closed").isTrue();
    }

    @Test
    void shouldServeKeysUntilTheUserStopsItWhenItIsToKeepRunning() throws Exception {
        CompletableFuture<Integer> status = CompletableFuture.supplyAsync(demo(true)::run);
        await().atMost(PATIENCE).until(() -> text().contains("keep running"));
        Matcher served =
                Pattern.compile("keys of member \\d at (http\\S+)\\{key}").matcher(text());

        int members = 0;
        while (served.find()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(served.group(1) + "writer-0/0"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(request, BodyHandlers.ofString())
                            .body())
                    .as("member at %s", served.group(1))
                    .startsWith("0.");
            members++;
        }
        assertThat(members).isEqualTo(3);

        stop.raise();
        assertThat(status).succeedsWithin(PATIENCE).isEqualTo(0);
    }

    @Test
    void shouldExitWithOneWhenTheMembersCannotReachEachOther() {
        TransportFactory apart = (config, callback, port) -> new MemoryNetwork().create(config, callback, port);
        Demo demo = new Demo(options(false), apart, out, stop, Duration.ofSeconds(2));

        assertThat(demo.run()).isEqualTo(1);
        assertThat(text()).contains("PROBLEM: no leader was elected within 2 s");
    }

    private Demo demo(boolean keep) {
        return new Demo(options(keep), network, out, stop, Duration.ofSeconds(30));
    }

    private static DemoOptions options(boolean keep) {
        return new DemoOptions(3, Duration.ofSeconds(2), 64, keep, SEED);
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
