package dev.rafthttp.demo.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.rafthttp.demo.command.StopSignal;
import dev.rafthttp.demo.kv.KvNode;
import dev.rafthttp.demo.kv.KvStore;
import dev.rafthttp.demo.kv.Replica;
import dev.rafthttp.demo.load.WriteLoad;
import dev.rafthttp.demo.load.WriteStats;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.sidecarclient.SidecarHttp;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes, each on a disk of its own and behind a real sidecar in a process of its own; that of b is at a Unix socket. */
class NodeProcessTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int WRITERS = 64;

    private final long seed = System.nanoTime();
    private final List<URI> urls = Stream.generate(FreeUrls::next).limit(9).toList();
    private final String initialCluster = urls(0);
    private final Map<String, SidecarProcess> sidecars = new TreeMap<>();
    private final Map<String, NodeProcess> nodes = new ConcurrentSkipListMap<>();
    private final StopSignal stop = new StopSignal();
    private final HttpClient http = HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    /** With the logs of the sidecars, which are kept if the test fails. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @AfterEach
    void close() {
        nodes.values().forEach(NodeProcess::close);
        sidecars.values().forEach(SidecarProcess::close);
    }

    @Test
    void shouldLoseNothingWhenNodesAndSidecarsAreKilledAndComeBack() throws Exception {
        NAMES.forEach(this::startSidecar);
        NAMES.forEach(this::startNode);
        await().atMost(LIMIT).untilAsserted(() -> {
            for (String name : NAMES) {
                assertThat(get(name, "/readyz").statusCode()).as(name).isEqualTo(200);
            }
        });
        for (String name : NAMES) {
            put(name, "through-" + name, "value-" + name);
        }
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        WriteStats stats = new WriteStats();
        WriteLoad load = new WriteLoad(WRITERS, this::leadingStore, stats, timer, seed);
        load.start();

        bringBackANode();
        bringBackTheLeadersSidecar(stats);
        bringBackTheLeader(stats);

        load.stop();
        await().atMost(LIMIT).until(load::isDone);
        timer.shutdownNow();
        await().atMost(LIMIT).until(this::isLevel);
        List<Replica> replicas = replicas();
        assertThat(load.failures()).as("seed %d", seed).isEmpty();
        assertThat(stats.violations()).as("seed %d", seed).isEmpty();
        assertThat(Replica.differences(replicas)).as("seed %d", seed).isEmpty();
        assertThat(load.missingFrom(replicas.get(0).entries()))
                .as("seed %d", seed)
                .isEmpty();
        assertThat(nodes.values())
                .as("none gave up")
                .allSatisfy(process -> assertThat(process.failure()).isEmpty());
        assertToldAlike(replicas.get(0));

        List.copyOf(nodes.keySet()).forEach(name -> nodes.remove(name).close());
        NAMES.forEach(this::startNode);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(replicas())
                        .as("only the disks know it now")
                        .extracting(Replica::digest)
                        .containsOnly(replicas.get(0).digest()));
    }

    private List<Replica> replicas() {
        return nodes.values().stream().map(process -> process.node().replica()).toList();
    }

    /** A follower is away until the others have forgotten what it lacks, so that it needs a snapshot. */
    private void bringBackANode() {
        String follower = NAMES.stream()
                .filter(name -> !name.equals(leader().orElseThrow()))
                .findFirst()
                .orElseThrow();
        NodeProcess away = nodes.remove(follower);
        long appliedIndex = away.node().appliedIndex();
        away.close();
        // MicroRaft keeps a tenth of the entries between two snapshots, for followers that are a little behind.
        long forgotten = appliedIndex + KvNode.SNAPSHOT_EVERY / 5;
        await().atMost(LIMIT)
                .until(() -> leader().map(nodes::get)
                        .filter(leader -> leader.node().snapshotIndex() > forgotten)
                        .isPresent());

        NodeProcess back = startNode(follower);

        await().atMost(LIMIT).until(() -> back.node().snapshotInstalls() > 0);
    }

    private void bringBackTheLeadersSidecar(WriteStats stats) throws Exception {
        String leader = leader().orElseThrow();
        sidecars.remove(leader).close();
        awaitMoreWrites(stats);
        assertThat(get(leader, "/healthz").statusCode()).isEqualTo(200);
        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(get(leader, "/readyz").body()).contains("no connection to the sidecar"));

        startSidecar(leader);

        await().atMost(LIMIT)
                .untilAsserted(
                        () -> assertThat(get(leader, "/readyz").statusCode()).isEqualTo(200));
    }

    private void bringBackTheLeader(WriteStats stats) {
        String leader = leader().orElseThrow();
        nodes.remove(leader).close();
        awaitMoreWrites(stats);

        startNode(leader);
        awaitMoreWrites(stats);
    }

    private void awaitMoreWrites(WriteStats stats) {
        long wanted = stats.acknowledgedCount() + 10 * WRITERS;
        await().atMost(LIMIT)
                .untilAsserted(() ->
                        assertThat(stats.acknowledgedCount()).as(this::state).isGreaterThan(wanted));
    }

    /** What the nodes and their sidecars say of themselves, to tell why nothing is written. */
    private String state() {
        StringBuilder state = new StringBuilder();
        nodes.forEach((name, process) -> {
            KvNode node = process.node();
            state.append(String.format(
                    "%n%s: %s, term %d, leader %s, applied %d; its sidecar: %s",
                    name,
                    node.isLeader() ? "leads" : "follows",
                    node.term(),
                    node.leader(),
                    node.appliedIndex(),
                    sidecarStatus(name)));
        });
        return state.append(System.lineSeparator()).toString();
    }

    private String sidecarStatus(String name) {
        try (SidecarHttp sidecar = new SidecarHttp(sidecarUrl(name), Optional.empty())) {
            sidecar.start();
            try (InputStream status = sidecar.get("/v1/status", Map.of())) {
                return new String(status.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            return e.toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return e.toString();
        }
    }

    /** Over HTTP every member has the same. */
    private void assertToldAlike(Replica replica) throws Exception {
        for (String name : NAMES) {
            JsonObject status = json(get(name, "/status"));
            assertThat(status.get("name").getAsString()).isEqualTo(name);
            assertThat(status.get("member").getAsString())
                    .isEqualTo(node(name).id().toString());
            assertThat(status.get("digest").getAsString()).isEqualTo(replica.digest());
            assertThat(status.get("keys").getAsInt())
                    .isEqualTo(replica.entries().size());
            assertThat(status.get("leader").getAsString())
                    .isEqualTo(node(leader().orElseThrow()).id().toString());
            JsonObject entries = json(get(name, "/kv/")).getAsJsonObject("entries");
            assertThat(entries.size()).isEqualTo(replica.entries().size());
            for (String through : NAMES) {
                assertThat(new String(
                                Base64.getDecoder()
                                        .decode(entries.get("through-" + through)
                                                .getAsString()),
                                StandardCharsets.UTF_8))
                        .isEqualTo("value-" + through);
            }
        }
    }

    private KvNode node(String name) {
        return Optional.ofNullable(nodes.get(name)).orElseThrow().node();
    }

    private Optional<KvStore> leadingStore() {
        return leader().map(nodes::get).map(NodeProcess::node);
    }

    private Optional<String> leader() {
        return nodes.entrySet().stream()
                .filter(each -> each.getValue().node().isLeader())
                .max(Comparator.comparingInt(each -> each.getValue().node().term()))
                .map(Map.Entry::getKey);
    }

    private boolean isLevel() {
        return nodes.values().stream()
                        .map(process -> process.node().appliedIndex())
                        .distinct()
                        .count()
                == 1;
    }

    private void startSidecar(String name) {
        sidecars.put(
                name, new SidecarProcess(name, initialCluster, sidecarUrl(name).toString(), folder));
    }

    private NodeProcess startNode(String name) {
        NodeFlags flags = new NodeFlags();
        flags.member.name = name;
        flags.member.initialCluster = initialCluster;
        flags.member.token = "etcd-cluster";
        flags.sidecar = sidecarUrl(name).toString();
        flags.dataDir = folder.resolve("data-" + name).toString();
        flags.listenKv = kvUrl(name).toString();
        flags.kvUrls = urls(6);
        NodeProcess process = new NodeProcess(new NodeChecks(flags, new Mistakes(), new LogNames()).conclude(), stop);
        process.start();
        nodes.put(name, process);
        return process;
    }

    private URI sidecarUrl(String name) {
        return name.equals("b")
                ? URI.create("unix:" + folder.resolve("b.sock"))
                : URI.create(url(3 + NAMES.indexOf(name)));
    }

    private URI kvUrl(String name) {
        return URI.create(url(6 + NAMES.indexOf(name)));
    }

    private String urls(int first) {
        return NAMES.stream()
                .map(name -> name + "=" + url(first + NAMES.indexOf(name)))
                .collect(Collectors.joining(","));
    }

    private String url(int number) {
        return urls.get(number).toString();
    }

    /** As a client does: at any member, until it is taken. */
    private void put(String name, String key, String value) {
        HttpRequest request = HttpRequest.newBuilder(kvUrl(name).resolve("/kv/" + key))
                .PUT(BodyPublishers.ofString(value))
                .build();
        await().atMost(LIMIT)
                .until(() -> http.send(request, BodyHandlers.discarding()).statusCode() == 204);
    }

    private HttpResponse<String> get(String name, String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(kvUrl(name).resolve(path)).build(), BodyHandlers.ofString());
    }

    private static JsonObject json(HttpResponse<String> answer) {
        return JsonParser.parseString(answer.body()).getAsJsonObject();
    }
}
