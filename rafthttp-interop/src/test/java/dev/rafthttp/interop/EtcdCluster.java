package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.etcd.jetcd.Client;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Real etcd members that form a cluster over a wiring, and what one asks such a cluster. */
final class EtcdCluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Wiring wiring;
    private final Path folder;
    private final List<String> flags;
    private final Map<String, EtcdMember> members = new LinkedHashMap<>();
    /** Those that are no more of the cluster, whose processes may not have noticed. */
    private final List<EtcdMember> removed = new ArrayList<>();

    private final Map<String, Client> clients = new LinkedHashMap<>();

    private EtcdCluster(Wiring wiring, Path folder, List<String> flags) {
        this.wiring = wiring;
        this.folder = folder;
        this.flags = List.copyOf(flags);
    }

    /** What happens to a member's empty folder before it starts for the first time, to several at the same time. */
    interface Preparation {
        void prepare(MemberUrls member, Path data, List<String> bootstrap);
    }

    /** Starts three members, a, b and c, and waits until they are healthy. */
    static EtcdCluster start(Wiring.Form form, Path folder, String... flags) {
        return start(form, "interop", folder, (member, data, bootstrap) -> {}, flags);
    }

    static EtcdCluster start(Wiring.Form form, String token, Path folder, Preparation preparation, String... flags) {
        EtcdCluster cluster = new EtcdCluster(form.open(token, folder), folder, List.of(flags));
        try {
            cluster.bootstrap(token, preparation);
            cluster.awaitHealthy();
            cluster.awaitStreams();
            return cluster;
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    private void bootstrap(String token, Preparation preparation) {
        List<MemberUrls> all = List.of(wiring.place("a"), wiring.place("b"), wiring.place("c"));
        List<String> bootstrap = List.of(
                "--initial-cluster=" + MemberUrls.named(all, MemberUrls::front), "--initial-cluster-token=" + token);
        wiring.start(all);
        // A restore takes seconds per member.
        all.parallelStream()
                .forEach(urls -> preparation.prepare(urls, home(urls.name()).resolve("data"), bootstrap));
        for (MemberUrls urls : all) {
            members.put(urls.name(), new EtcdMember(urls, home(urls.name()), bootstrap, flags));
        }
    }

    Wiring wiring() {
        return wiring;
    }

    List<EtcdMember> members() {
        return List.copyOf(members.values());
    }

    EtcdMember member(String name) {
        EtcdMember member = members.get(name);
        if (member == null) {
            throw new IllegalArgumentException("no member " + name + ", only " + members.keySet());
        }
        return member;
    }

    /** etcdctl against all members. */
    Etcdctl etcdctl() {
        return new Etcdctl(
                members.values().stream().map(member -> member.urls().client()).toList());
    }

    Etcdctl etcdctl(EtcdMember member) {
        return new Etcdctl(List.of(member.urls().client()));
    }

    /** A client of this member alone, which the cluster closes. */
    Client client(EtcdMember member) {
        return clients.computeIfAbsent(
                member.name(),
                name -> Client.builder().endpoints(member.urls().client()).build());
    }

    /** A member's ID, as it says itself; one that has just been started needs a moment for it. */
    String idOf(EtcdMember member) {
        return await("the ID of member " + member.name())
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(Commands.CommandFailed.class)
                .until(() -> hex(status(member).getAsJsonObject("header").get("member_id")), id -> !id.isEmpty());
    }

    /** The cluster's ID as hex. */
    private String clusterId() {
        return hex(etcdctl()
                .json("member", "list")
                .getAsJsonObject()
                .getAsJsonObject("header")
                .get("cluster_id"));
    }

    EtcdMember leader() {
        return await("a leader").atMost(PATIENCE).ignoreExceptions().until(this::leaderNow, found -> found != null);
    }

    List<EtcdMember> followers() {
        EtcdMember leader = leader();
        return members().stream().filter(member -> member != leader).toList();
    }

    private @Nullable EtcdMember leaderNow() {
        Map<String, EtcdMember> alive = members.values().stream()
                .filter(member -> member.process().isAlive())
                .collect(Collectors.toMap(member -> member.urls().client().toString(), member -> member));
        for (JsonElement each : statuses(alive.values())) {
            JsonObject status = each.getAsJsonObject().getAsJsonObject("Status");
            if (hex(status.get("leader"))
                    .equals(hex(status.getAsJsonObject("header").get("member_id")))) {
                return alive.get(each.getAsJsonObject().get("Endpoint").getAsString());
            }
        }
        return null;
    }

    private JsonObject status(EtcdMember member) {
        return statuses(List.of(member)).get(0).getAsJsonObject().getAsJsonObject("Status");
    }

    /** What each of these members says of itself, by one command. */
    private static JsonArray statuses(Collection<EtcdMember> these) {
        return new Etcdctl(these.stream().map(member -> member.urls().client()).toList())
                .json("endpoint", "status")
                .getAsJsonArray();
    }

    /** Waits until every member serves a linearizable read. */
    void awaitHealthy() {
        await("health of all members, whose logs are in " + folder)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .untilAsserted(() -> assertThatCode(() -> etcdctl().run("endpoint", "health", "--command-timeout=1s"))
                        .doesNotThrowAnyException());
    }

    /**
     * Waits until every stream through the relays is attached. Members are well with a part of them; on a busy machine dials are
     * given up meanwhile, and what was made of those is replaced, which members tell as if it were trouble.
     */
    private void awaitStreams() {
        await("all streams through the relays, whose logs are in " + folder)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(wiring.relays())
                        .allSatisfy(relay -> assertThat(relay.detachedStreams()).isEmpty()));
    }

    /** Waits until all members have applied the same, and holds them to the same hash of it. */
    void assertSameHash() {
        await("the same revision and hash on all members").atMost(PATIENCE).untilAsserted(() -> {
            Map<String, JsonObject> hashes = hashes();
            assertThat(hashes.values().stream()
                            .map(EtcdCluster::revisionAndHash)
                            .collect(Collectors.toSet()))
                    .as("%s", hashes)
                    .hasSize(1);
        });
    }

    private static List<Long> revisionAndHash(JsonObject hash) {
        return List.of(
                hash.get("compact_revision").getAsLong(),
                hash.getAsJsonObject("header").get("revision").getAsLong(),
                hash.get("hash").getAsLong());
    }

    private Map<String, JsonObject> hashes() {
        Map<String, JsonObject> hashes = new LinkedHashMap<>();
        for (JsonElement each : etcdctl().json("endpoint", "hashkv").getAsJsonArray()) {
            hashes.put(
                    each.getAsJsonObject().get("Endpoint").getAsString(),
                    each.getAsJsonObject().getAsJsonObject("HashKV"));
        }
        assertThat(hashes).hasSize(members.size());
        return hashes;
    }

    /** Adds a learner to the running cluster and starts it. */
    EtcdMember addLearner(String name) {
        MemberUrls urls = wiring.place(name);
        // etcd changes members only when all have been connected for five seconds.
        JsonObject added = await("addition of member " + name)
                .atMost(PATIENCE)
                .ignoreExceptionsInstanceOf(Commands.CommandFailed.class)
                .until(
                        () -> etcdctl().json("member", "add", name, "--learner", "--peer-urls=" + urls.front()),
                        e -> true)
                .getAsJsonObject()
                .getAsJsonObject("member");
        String id = hex(added.get("ID"));
        wiring.add(urls, id, clusterId());
        // It asks any of them for the members, and gives up if it is not among them.
        await("news of member " + name + " at all others")
                .atMost(PATIENCE)
                .until(() ->
                        members().stream().allMatch(member -> listed(member).containsKey(id)));
        List<MemberUrls> all =
                new ArrayList<>(members().stream().map(EtcdMember::urls).toList());
        all.add(urls);
        List<String> bootstrap = List.of(
                "--initial-cluster=" + MemberUrls.named(all, MemberUrls::front), "--initial-cluster-state=existing");
        EtcdMember member = new EtcdMember(urls, home(name), bootstrap, flags);
        members.put(name, member);
        return member;
    }

    /** Makes a learner a voter, as soon as it has caught up. */
    void promote(EtcdMember learner) {
        // Asked of a voter: etcdctl may else ask the learner itself each time, which refuses.
        String id = idOf(learner);
        await("promotion of member " + learner.name())
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThatCode(() -> etcdctl(leader()).run("member", "promote", id))
                        .doesNotThrowAnyException());
    }

    /** Takes a member out of the cluster. */
    void remove(EtcdMember member) {
        String id = idOf(member);
        members.remove(member.name());
        removed.add(member);
        Client client = clients.remove(member.name());
        if (client != null) {
            client.close();
        }
        await("removal of member " + member.name())
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThatCode(() -> etcdctl().run("member", "remove", id))
                        .doesNotThrowAnyException());
        wiring.remove(member.urls(), id);
    }

    /** Gives a member another peer URL, and starts it there, so that all have to dial it anew. */
    void move(EtcdMember member) {
        String id = idOf(member);
        MemberUrls moved = wiring.move(member.urls());
        etcdctl().run("member", "update", id, "--peer-urls=" + moved.front());
        wiring.update(moved, id);
        member.process().kill();
        member.restartAt(moved);
    }

    /** The peer URLs under which all members know this one. */
    Set<String> advertised(EtcdMember member) {
        String id = idOf(member);
        return members().stream()
                .flatMap(each -> listed(each).get(id).getAsJsonArray("peerURLs").asList().stream())
                .map(JsonElement::getAsString)
                .collect(Collectors.toSet());
    }

    /** The members of the cluster as one of them knows it, by ID. */
    private Map<String, JsonObject> listed(EtcdMember member) {
        return etcdctl(member).json("member", "list").getAsJsonObject().getAsJsonArray("members").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .collect(Collectors.toMap(each -> hex(each.get("ID")), each -> each));
    }

    @Override
    public void close() {
        List<AutoCloseable> all = new ArrayList<>(clients.values());
        all.addAll(members.values());
        all.addAll(removed);
        all.add(wiring);
        Closing.all(all);
    }

    private Path home(String name) {
        return Folders.made(folder.resolve(name));
    }

    private static String hex(JsonElement decimal) {
        return Long.toHexString(Long.parseUnsignedLong(decimal.getAsString()));
    }
}
