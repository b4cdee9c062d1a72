package dev.rafthttp.server;

import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.PeerRegistry;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What members of etcd ask one another beside Raft, answered from the configuration and the peers there are; etcd's
 * {@code NewPeerHandler}. A leader of etcd's that gets no {@code /version} from a member leaves the cluster at version 3.0.
 * Any thread.
 */
final class MemberAnswers {
    private final TransportConfig config;
    private final PeerEnvironment environment;
    private final PeerRegistry registry;

    private record Member(MemberId id, List<URI> urls) {}

    MemberAnswers(PeerEnvironment environment, PeerRegistry registry) {
        this.config = environment.config();
        this.environment = environment;
        this.registry = registry;
    }

    /** {@code GET /raft/probing}: this member lives, and what time it has; the {@code probing} library's handler. */
    String probing(HttpServletResponse response) {
        response.setContentType("application/json");
        // WIRE: an Instant prints as RFC 3339, in UTC, which is what Go's time.Time is read from.
        return "{\"OK\":true,\"Now\":\"" + environment.scheduler().now() + "\"}\n";
    }

    /**
     * {@code GET /version}. The cluster's version is agreed on through Raft's log, which this member's node knows and the
     * transport does not; a member of etcd's that joins refuses a cluster above its own version. So the lowest version of a
     * peer that is accepted is told: of that the cluster is at the least.
     */
    String version(HttpServletResponse response) {
        response.setContentType("application/json");
        // WIRE: "storage" is the version of etcd's database file, and "unknown" to etcd itself before it has one.
        return "{\"etcdserver\":\"" + config.serverVersion() + "\",\"etcdcluster\":\"" + config.minClusterVersion()
                + "\",\"storage\":\"unknown\"}";
    }

    /** {@code GET /members}: this member and its peers, by ID. Remotes may be no members any more, or not yet. */
    String members(HttpServletResponse response) {
        response.setHeader(Protocol.CLUSTER_ID, config.clusterId().toString());
        response.setContentType("application/json");
        Stream<Member> peers = registry.all().stream()
                .filter(peer -> !peer.isRemote())
                .map(peer -> new Member(peer.id(), peer.urls().urls()));
        return Stream.concat(Stream.of(new Member(config.memberId(), config.peerUrls())), peers)
                .sorted(Comparator.comparing(member -> member.id.value(), Long::compareUnsigned))
                .map(MemberAnswers::json)
                .collect(Collectors.joining(",", "[", "]\n"));
    }

    private static String json(Member member) {
        // WIRE: a decimal number; in hexadecimal, in headers, it is a string.
        return "{\"id\":" + Long.toUnsignedString(member.id.value()) + ",\"peerURLs\":"
                + member.urls.stream().map(url -> '"' + url.toString() + '"').collect(Collectors.joining(",", "[", "]"))
                + "}";
    }

    /** {@code GET /downgrade/enabled}: this member never takes part in one. */
    String downgradeEnabled(HttpServletResponse response) {
        response.setHeader(Protocol.CLUSTER_ID, config.clusterId().toString());
        response.setContentType("text/plain");
        return "false";
    }
}
