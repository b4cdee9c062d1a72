package dev.rafthttp.sidecar.json;

import dev.rafthttp.Dialect;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.PeerStatus.FollowerStatus;
import dev.rafthttp.PeerStatus.LaneStatus;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A peer at one moment, in every status that tells of peers. Its lanes are as the transport tells of them.
 *
 * @param name what people call it, where the options name it
 */
public record PeerDocument(
        MemberId id,
        List<URI> urls,
        Dialect dialect,
        Optional<Instant> activeSince,
        long received,
        Map<Lane, LaneStatus> lanes,
        Follower follower,
        Optional<String> name) {

    /** etcd's follower statistics, but in nanoseconds, as every time here. */
    record Follower(Latency latency, Counts counts) {
        static Follower of(FollowerStatus follower) {
            return new Follower(
                    new Latency(
                            follower.currentNanos(),
                            follower.averageNanos(),
                            follower.standardDeviationNanos(),
                            follower.minimumNanos(),
                            follower.maximumNanos()),
                    new Counts(follower.successes(), follower.failures()));
        }
    }

    record Latency(
            long currentNanos,
            double averageNanos,
            double standardDeviationNanos,
            long minimumNanos,
            long maximumNanos) {}

    record Counts(long success, long fail) {}

    /** Everything that the transport knows of a peer. */
    public static PeerDocument of(PeerStatus peer, Optional<String> name) {
        return new PeerDocument(
                peer.id(),
                peer.urls(),
                peer.dialect(),
                peer.activeSince(),
                peer.received(),
                peer.lanes(),
                Follower.of(peer.follower()),
                name);
    }
}
