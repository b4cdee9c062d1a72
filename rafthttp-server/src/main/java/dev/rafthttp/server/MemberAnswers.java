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
 * Answers what etcd members ask each other besides Raft, from the configuration and the present peers; etcd's
 * {@code NewPeerHandler}. If an etcd leader gets no {@code /version} from a member, it keeps the cluster at version
 * 3.0. Any thread.
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

    /** {@code GET /raft/probing}: that this member is alive, and its time; as the {@code probing} library's handler. */
    String probing(HttpServletResponse response) {
        response.setContentType("application/json");
        // WIRE: an Instant prints as RFC 3339, in UTC, which Go's time.Time reads.
        return "{\"OK\":true,\"Now\":\"" + environment.scheduler().now() + "\"}\n";
    }

    /**
     * {@code GET /version}. Members agree on the cluster's version through Raft's log, which the transport does not
     * know. An etcd member that joins refuses a cluster above its own version. The answer is therefore the lowest
     * version that this member accepts of a peer: the cluster's version is at least that.
     */
    String version(HttpServletResponse response) {
        response.setContentType("application/json");
        // WIRE: "storage" is the version of etcd's database file. etcd itself answers "unknown" before it has one.
        return "{\"etcdserver\":\"" + config.serverVersion() + "\",\"etcdcluster\":\"" + config.minClusterVersion()
                + "\",\"storage\":\"unknown\"}";
    }

    /**
     * {@code GET /members}: this member and its peers, by ID. Without remotes, which may not be members yet or any
     * longer.
     */
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
        // WIRE: the ID is a decimal number here, and a hexadecimal string in headers.
        return "{\"id\":" + Long.toUnsignedString(member.id.value()) + ",\"peerURLs\":"
                + member.urls.stream().map(url -> '"' + url.toString() + '"').collect(Collectors.joining(",", "[", "]"))
                + "}";
    }

    /** {@code GET /downgrade/enabled}: this member never takes part in a downgrade. */
    String downgradeEnabled(HttpServletResponse response) {
        response.setHeader(Protocol.CLUSTER_ID, config.clusterId().toString());
        response.setContentType("text/plain");
        return "false";
    }
}
