package dev.rafthttp.sidecar.member;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.options.MemberOptions;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.NamedValues;
import dev.rafthttp.options.Values;
import dev.rafthttp.sidecar.events.MemberNames;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The identity of a sidecar and of the other members, in one of two forms: names, from which IDs are derived as etcd does; or IDs.
 *
 * @param members all members with their URLs; this member is among them if its URLs are known
 * @param names what the options call members; none if they give IDs
 */
record Identity(MemberId member, ClusterId cluster, Map<MemberId, List<URI>> members, MemberNames names) {
    private static final String BY_NAME = MemberOptions.NAME + " and " + MemberOptions.INITIAL_CLUSTER;

    /** Reads one; empty if anything is wrong with it. */
    static Optional<Identity> of(SidecarFlags flags, Mistakes mistakes) {
        if (flags.memberId == null && flags.clusterId == null && flags.peers == null) {
            return named(flags, mistakes);
        }
        none(MemberOptions.NAME, flags.member.name, mistakes);
        none(MemberOptions.INITIAL_CLUSTER, flags.member.initialCluster, mistakes);
        return given(flags, mistakes);
    }

    private static void none(String option, @Nullable String value, Mistakes mistakes) {
        if (value != null) {
            mistakes.add(
                    option,
                    value,
                    "nothing, since there is " + SidecarFlags.MEMBER_ID + ", " + SidecarFlags.CLUSTER_ID + " or "
                            + SidecarFlags.PEER);
        }
    }

    private static Optional<Identity> named(SidecarFlags flags, Mistakes mistakes) {
        MemberOptions.Cluster cluster = flags.member.check(
                ", or " + SidecarFlags.MEMBER_ID + ", " + SidecarFlags.CLUSTER_ID + " and " + SidecarFlags.PEER,
                mistakes);
        Map<MemberId, List<URI>> members = new LinkedHashMap<>();
        Map<MemberId, String> names = new LinkedHashMap<>();
        cluster.ids().forEach((name, id) -> {
            members.put(id, cluster.urls().getOrDefault(name, List.of()));
            names.put(id, name);
        });
        return Optional.ofNullable(cluster.self())
                .map(self -> new Identity(self, cluster.id(), members, new MemberNames(names)));
    }

    private static Optional<Identity> given(SidecarFlags flags, Mistakes mistakes) {
        String instead = ", or else " + BY_NAME;
        if (flags.memberId == null) {
            mistakes.missing(SidecarFlags.MEMBER_ID, Values.ID + instead);
        }
        if (flags.clusterId == null) {
            mistakes.missing(SidecarFlags.CLUSTER_ID, Values.ID + instead);
        }
        Optional<MemberId> self = Values.memberId(SidecarFlags.MEMBER_ID, flags.memberId, mistakes);
        Optional<ClusterId> cluster = Values.clusterId(SidecarFlags.CLUSTER_ID, flags.clusterId, mistakes);
        Map<MemberId, List<URI>> members = new LinkedHashMap<>();
        String peers = flags.peers == null ? null : eachNamed(String.join(",", flags.peers));
        NamedValues.peerUrls(SidecarFlags.PEER, peers, mistakes)
                .forEach((hex, urls) -> Values.memberId(SidecarFlags.PEER, hex, mistakes)
                        .filter(id -> members.put(id, urls) != null)
                        .ifPresent(id -> mistakes.add(SidecarFlags.PEER, hex, "an ID that no other member has")));
        // A --peer with a mistake may be this member. Its URLs are then not reported as missing too.
        boolean isSelfKnown = self.filter(members::containsKey).isPresent();
        boolean isEachRead = members.size() == NamedValues.names(peers).size();
        return self.isPresent() && cluster.isPresent() && (isSelfKnown || isEachRead)
                ? Optional.of(new Identity(self.get(), cluster.get(), members, new MemberNames(Map.of())))
                : Optional.empty();
    }

    /** Makes {@code 1=URL,1=URL} of {@code 1=URL,URL}. */
    private static String eachNamed(String peers) {
        StringBuilder all = new StringBuilder();
        String name = "";
        for (String part : peers.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals >= 0) {
                name = part.substring(0, equals + 1);
            }
            all.append(all.isEmpty() ? "" : ",").append(equals >= 0 ? part : name + part);
        }
        return all.toString();
    }
}
