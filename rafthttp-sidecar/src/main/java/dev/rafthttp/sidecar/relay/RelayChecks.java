package dev.rafthttp.sidecar.relay;

import dev.rafthttp.ClusterId;
import dev.rafthttp.ClusterIdentity;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.MemberId;
import dev.rafthttp.options.ClusterOptions;
import dev.rafthttp.options.Folders;
import dev.rafthttp.options.HttpUrl;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.NamedValues;
import dev.rafthttp.options.Places;
import dev.rafthttp.options.Values;
import dev.rafthttp.sidecar.http.ApiOptions;
import dev.rafthttp.sidecar.http.ApiToken;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import dev.rafthttp.sidecar.relay.standin.Topology;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks a relay's options against each other, and tells every mistake. Used once. */
final class RelayChecks {
    private final RelayFlags flags;
    private final Mistakes mistakes;
    private final Set<String> names;
    private final Map<String, List<URI>> fronts;
    private final Map<String, URI> targets;
    private final Map<String, URI> uplinks;
    private final Map<String, MemberId> givenIds;

    RelayChecks(RelayFlags flags, Mistakes mistakes) {
        this.flags = flags;
        this.mistakes = mistakes;
        this.names = flags.cluster.names();
        this.fronts = NamedValues.urls(ClusterOptions.INITIAL_CLUSTER, flags.cluster.initialCluster, mistakes);
        this.targets = NamedValues.singleUrls(RelayFlags.TARGETS, flags.targets, mistakes);
        this.uplinks = NamedValues.singleUrls(RelayFlags.UPLINKS, flags.uplinks, mistakes);
        this.givenIds =
                NamedValues.parseSingle(RelayFlags.MEMBER_IDS, flags.memberIds, MemberId::parse, Values.ID, mistakes);
    }

    /** @throws dev.rafthttp.options.WrongOptionsException if there is any mistake */
    RelayOptions conclude() {
        if (names.isEmpty()) {
            mistakes.missing(ClusterOptions.INITIAL_CLUSTER, "NAME=" + HttpUrl.EXPECTED + " of every member");
        } else {
            checkForm();
            checkNames();
        }
        Optional<URI> listenUplink = Values.url(RelayFlags.LISTEN_UPLINK, flags.listenUplink, mistakes);
        Optional<URI> listenNode = flags.api.address(mistakes);
        Optional<ApiToken> token = flags.api.token(mistakes);
        checkPlaces(listenUplink, listenNode);
        Optional<ClusterId> cluster = clusterId();
        Duration grace = flags.shutdown.check(mistakes);
        Optional<Path> stateDir = flags.state.check(mistakes);
        HeapLimits limits = flags.limits.check(mistakes);
        Map<String, MemberId> ids = mistakes.isEmpty() ? ids() : Map.of();
        mistakes.throwIfAny();
        Optional<MemberId> local = Optional.ofNullable(flags.local).map(ids::get);
        Topology topology =
                new Topology(cluster.orElseGet(() -> ClusterIdentity.clusterId(ids.values())), local, listenUplink);
        return new RelayOptions(
                topology,
                members(ids, topology),
                listenNode.orElseThrow(),
                token,
                grace,
                stateDir.orElseGet(
                        () -> Folders.usual(local.<Object>map(id -> id).orElse(topology.cluster()), "relay")),
                limits);
    }

    private void checkForm() {
        if (flags.local == null) {
            if (flags.listenUplink != null || flags.uplinks != null) {
                mistakes.missing(
                        RelayFlags.LOCAL,
                        "a name in " + ClusterOptions.INITIAL_CLUSTER + ", since there is "
                                + (flags.uplinks == null ? RelayFlags.LISTEN_UPLINK : RelayFlags.UPLINKS));
            } else {
                require(RelayFlags.TARGETS, flags.targets, names);
            }
            return;
        }
        if (!names.contains(flags.local)) {
            mistakes.add(RelayFlags.LOCAL, flags.local, "a name in " + ClusterOptions.INITIAL_CLUSTER);
            return;
        }
        if (flags.listenUplink == null) {
            mistakes.missing(RelayFlags.LISTEN_UPLINK, HttpUrl.EXPECTED + ", since there is " + RelayFlags.LOCAL);
        }
        require(RelayFlags.TARGETS, flags.targets, Set.of(flags.local));
        List<String> others = new ArrayList<>(names);
        others.remove(flags.local);
        require(RelayFlags.UPLINKS, flags.uplinks, others);
    }

    private void require(String option, @Nullable String given, Iterable<String> required) {
        Set<String> there = NamedValues.names(given);
        for (String name : required) {
            if (!there.contains(name)) {
                mistakes.missing(option + " of " + name, name + "=" + HttpUrl.EXPECTED);
            }
        }
    }

    private void checkNames() {
        Map.of(
                        RelayFlags.TARGETS, targets.keySet(),
                        RelayFlags.UPLINKS, uplinks.keySet(),
                        RelayFlags.MEMBER_IDS, givenIds.keySet())
                .forEach((option, given) -> {
                    for (String name : given) {
                        if (!names.contains(name)) {
                            mistakes.add(option, name, "names in " + ClusterOptions.INITIAL_CLUSTER);
                        }
                    }
                });
    }

    /** No two listen at the same place, and none is sent to where the relay itself listens. */
    private void checkPlaces(Optional<URI> listenUplink, Optional<URI> listenNode) {
        Map<URI, String> taken = new LinkedHashMap<>();
        listenNode.ifPresent(url -> taken.put(url, ApiOptions.LISTEN_NODE));
        listenUplink.ifPresent(url -> take(taken, url, RelayFlags.LISTEN_UPLINK));
        fronts.forEach((name, urls) -> {
            if (!name.equals(flags.local)) {
                urls.forEach(url -> take(taken, url, ClusterOptions.INITIAL_CLUSTER));
            }
        });
        targets.forEach((name, url) -> notTaken(taken, url, RelayFlags.TARGETS, name));
        uplinks.forEach((name, url) -> notTaken(taken, url, RelayFlags.UPLINKS, name));
    }

    private void take(Map<URI, String> taken, URI url, String option) {
        String other = taken.putIfAbsent(url, option);
        if (other != null) {
            mistakes.add(option, url.toString(), "a URL that is not also in " + other + " or twice in this option");
        }
    }

    private void notTaken(Map<URI, String> taken, URI url, String option, String name) {
        taken.entrySet().stream()
                .filter(listener -> Places.reaches(url, listener.getKey()))
                .findFirst()
                .ifPresent(listener -> mistakes.add(
                        option,
                        name + "=" + url,
                        "a URL where the relay does not listen, as it does at " + listener.getKey() + " by "
                                + listener.getValue()));
    }

    private Optional<ClusterId> clusterId() {
        if (flags.clusterId == null) {
            if (!givenIds.isEmpty()) {
                mistakes.missing(RelayFlags.CLUSTER_ID, "the cluster's ID, since there is " + RelayFlags.MEMBER_IDS);
            }
            return Optional.empty();
        }
        return Values.clusterId(RelayFlags.CLUSTER_ID, flags.clusterId, mistakes);
    }

    private Map<String, MemberId> ids() {
        Map<String, MemberId> ids = new LinkedHashMap<>();
        fronts.forEach((name, urls) -> {
            MemberId given = givenIds.get(name);
            MemberId id = given == null ? ClusterIdentity.memberId(urls, flags.cluster.token) : given;
            if (ids.containsValue(id)) {
                mistakes.add(RelayFlags.MEMBER_IDS, name + "=" + id, "an ID that no other member has");
            }
            ids.put(name, id);
        });
        return ids;
    }

    private List<RelayMember> members(Map<String, MemberId> ids, Topology topology) {
        List<RelayMember> members = new ArrayList<>();
        ids.forEach((name, id) -> {
            URI nextHop = Objects.requireNonNull((topology.isDirect(id) ? targets : uplinks).get(name));
            members.add(new RelayMember(id, name, fronts.getOrDefault(name, List.of()), nextHop));
        });
        return members;
    }
}
