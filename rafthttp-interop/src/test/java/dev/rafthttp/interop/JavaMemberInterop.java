package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.ServerVersion;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.interop.follower.FollowerMember;
import dev.rafthttp.tls.PeerTls;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two etcd members and one in Java, which is one of their three voters, and what tests do with them. */
abstract class JavaMemberInterop {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOKEN = "java-member";
    /** What etcd has at the level of warnings: a stream is attached, perhaps in place of one whose dial was given up. */
    private static final Pattern NO_COMPLAINT = Pattern.compile("^(established|closed) TCP streaming connection");

    /** What a member says that starts again, and learns only from its log who its peers are, while one dials it. */
    private static final Pattern OF_A_RESTART = Pattern.compile("^failed to find remote peer in cluster");

    private static final ServerVersion VERSION = new ServerVersion(3, 4, 23);

    /** Which files a member has, if they speak TLS to each other. */
    private final Map<String, PeerTls> tls = new TreeMap<>();

    private final Map<String, String> acknowledged = new TreeMap<>();
    private final Map<String, EtcdMember> members = new TreeMap<>();
    private final Set<EtcdMember> restarted = new HashSet<>();
    private final Instant begin = Instant.now();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    FollowerMember java;
    EtcdMember a;
    EtcdMember b;

    /** The files of peer TLS of one member; empty: it speaks none. */
    abstract Optional<PeerTls> tls(String name);

    @BeforeEach
    void start() {
        assumeTrue(
                Commands.isOnPath("etcd") && Commands.isOnPath("etcdctl"),
                "SKIPPED: etcd or etcdctl is not on the PATH; Debian's etcd-server and etcd-client have them");
        Map<String, URI> cluster = new TreeMap<>();
        for (String name : List.of("a", "b", "c")) {
            tls(name).ifPresent(files -> tls.put(name, files));
            URI url = FreeUrls.next();
            cluster.put(name, tls.containsKey(name) ? URI.create("https://" + url.getAuthority()) : url);
        }
        java = new FollowerMember("c", cluster, TOKEN, VERSION, Optional.ofNullable(tls.get("c")));
        java.start();
        List<String> bootstrap = List.of(
                "--initial-cluster="
                        + cluster.entrySet().stream()
                                .map(each -> each.getKey() + "=" + each.getValue())
                                .collect(Collectors.joining(",")),
                "--initial-cluster-token=" + TOKEN);
        a = etcd("a", cluster.get("a"), FreeUrls.next(), folder.resolve("a"), bootstrap);
        b = etcd("b", cluster.get("b"), FreeUrls.next(), folder.resolve("b"), bootstrap);
        awaitHealthy(a, b);
    }

    private EtcdMember etcd(String name, URI peer, URI client, Path home, List<String> bootstrap) {
        assertThat(home.toFile().mkdirs()).isTrue();
        EtcdMember member =
                new EtcdMember(new MemberUrls(name, Host.MACHINE, peer, peer, client), home, bootstrap, tlsFlags(name));
        members.put(name, member);
        return member;
    }

    private List<String> tlsFlags(String name) {
        PeerTls files = tls.get(name);
        return files == null
                ? List.of()
                : List.of(
                        "--peer-cert-file=" + files.certFile(),
                        "--peer-key-file=" + files.keyFile(),
                        "--peer-trusted-ca-file=" + files.trustedCaFile().orElseThrow(),
                        "--peer-client-cert-auth");
    }

    @AfterEach
    void close() {
        List<AutoCloseable> all = new ArrayList<>(members.values());
        if (java != null) {
            all.add(java);
        }
        Closing.all(all);
    }

    /** Writes through the survivor commit only because the Java member acknowledges them, or votes for it before. */
    void outlive(EtcdMember killed, EtcdMember survivor, String prefix) throws Exception {
        killed.process().kill();
        awaitHealthy(survivor);
        int before = java.acknowledged();

        put(survivor, prefix, 200, 64);

        assertThat(java.acknowledged() - before).as("entries acknowledged").isGreaterThanOrEqualTo(200);
        assertThat(java.leader()).isEqualTo(idOf(survivor));
        assertDecodedWhatWasPut();
        restarted.add(killed);
        killed.restart();
        awaitHealthy(killed, survivor);
        await("the same hash on both")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(hashes()).hasSize(1));
    }

    /** The Java member is never killed; so whatever happens to the others, nothing is to be said of it. */
    void assertNoComplaint() {
        List<LogScan.Line> complaints = new ArrayList<>();
        members.forEach((name, member) -> LogScan.lines(name, member.log(), begin).stream()
                .filter(line ->
                        line.isSuspicious() && line.text().contains(java.id().toString()))
                .filter(line -> !NO_COMPLAINT.matcher(line.message()).find())
                .filter(line -> !restarted.contains(member)
                        || !OF_A_RESTART.matcher(line.message()).find())
                .forEach(complaints::add));
        assertThat(complaints).isEmpty();
        assertThat(java.failures()).isEmpty();
    }

    void assertDecodedWhatWasPut() {
        await("what the Java member decoded")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(java.puts().equals(acknowledged))
                        .as(() -> "whether the %d keys decoded are the %d put, and their values; %s; %s"
                                .formatted(java.puts().size(), acknowledged.size(), java, saidOfJava()))
                        .isTrue());
    }

    /** What the members said of the Java member. */
    private String saidOfJava() {
        StringBuilder said = new StringBuilder();
        members.forEach((name, member) -> LogScan.lines(name, member.log(), begin).stream()
                .filter(line -> line.text().contains(java.id().toString()))
                .forEach(line -> said.append('\n').append(line)));
        return said.toString();
    }

    void put(EtcdMember through, String prefix, int count, int bytes) throws Exception {
        try (Client client = Client.builder().endpoints(through.urls().client()).build()) {
            List<CompletableFuture<?>> puts = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String key = "%s/%05d".formatted(prefix, i);
                String value = i + "v".repeat(bytes);
                acknowledged.put(key, value);
                puts.add(client.getKVClient().put(bytes(key), bytes(value)));
            }
            CompletableFuture.allOf(puts.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
        }
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    private void awaitHealthy(EtcdMember... those) {
        Etcdctl etcdctl = new Etcdctl(
                List.of(those).stream().map(each -> each.urls().client()).toList());
        await("health")
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(Commands.CommandFailed.class)
                .until(() -> {
                    etcdctl.run("endpoint", "health", "--command-timeout=2s");
                    return true;
                });
    }

    /** The leader asks every member for its version every 5 s, and raises the cluster's when all have answered. */
    void awaitClusterVersion(String version) {
        HttpClient http = HttpClient.newHttpClient();
        for (EtcdMember member : members.values()) {
            HttpRequest ask = HttpRequest.newBuilder(member.urls().client().resolve("/version"))
                    .build();
            await("the cluster's version")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    http.send(ask, BodyHandlers.ofString()).body())
                            .contains("\"etcdcluster\":\"" + version + "\""));
        }
    }

    List<String> voters() {
        List<String> voters = new ArrayList<>();
        for (JsonElement each :
                etcdctl(a).json("member", "list").getAsJsonObject().getAsJsonArray("members")) {
            JsonObject member = each.getAsJsonObject();
            if (!member.has("isLearner")) {
                voters.add(Long.toHexString(member.get("ID").getAsBigInteger().longValue()));
            }
        }
        return voters;
    }

    EtcdMember leader() {
        return await("a leader").atMost(PATIENCE).ignoreExceptions().until(this::leaderNow, found -> found != null);
    }

    private EtcdMember leaderNow() {
        for (EtcdMember member : members.values()) {
            if (idOf(member).equals(hex(status(member), "leader"))) {
                return member;
            }
        }
        return null;
    }

    private String idOf(EtcdMember member) {
        return hex(status(member).getAsJsonObject("header"), "member_id");
    }

    private static String hex(JsonObject of, String field) {
        return Long.toHexString(of.get(field).getAsBigInteger().longValue());
    }

    private JsonObject status(EtcdMember member) {
        return etcdctl(member)
                .json("endpoint", "status")
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject()
                .getAsJsonObject("Status");
    }

    private List<Long> hashes() {
        List<Long> hashes = new ArrayList<>();
        for (EtcdMember member : members.values()) {
            hashes.add(etcdctl(member)
                    .json("endpoint", "hashkv")
                    .getAsJsonArray()
                    .get(0)
                    .getAsJsonObject()
                    .getAsJsonObject("HashKV")
                    .get("hash")
                    .getAsLong());
        }
        return hashes.stream().distinct().toList();
    }

    private static Etcdctl etcdctl(EtcdMember member) {
        return new Etcdctl(List.of(member.urls().client()));
    }

    Map<String, Map<Lane, String>> lanes() {
        Map<String, Map<Lane, String>> lanes = new TreeMap<>();
        for (PeerStatus peer : java.status().peers()) {
            Map<Lane, String> each = new TreeMap<>();
            peer.lanes()
                    .forEach((lane, status) -> each.put(
                            lane,
                            "sent " + status.sent() + " in doubt " + status.inDoubt() + " dropped "
                                    + status.dropped()));
            lanes.put(peer.id().toString(), each);
        }
        return lanes;
    }
}
