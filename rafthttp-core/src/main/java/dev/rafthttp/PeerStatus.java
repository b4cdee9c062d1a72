package dev.rafthttp;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A peer at one moment. Counts are since the peer was added.
 *
 * @param id the peer
 * @param urls where it is dialled, in the order of configuration
 * @param dialect who dials the streams
 * @param activeSince since when it has been reachable without a break; empty while it is not
 * @param remote whether it is a remote, reached by the pipeline only
 * @param paused whether messages to and from it are dropped
 * @param lanes the account of each lane
 * @param received messages that came from it and were given to Raft
 * @param follower latencies of MsgApp to it
 * @param probe what the last probe of it found; empty before the first
 */
public record PeerStatus(
        MemberId id,
        List<URI> urls,
        Dialect dialect,
        Optional<Instant> activeSince,
        boolean remote,
        boolean paused,
        Map<Lane, LaneStatus> lanes,
        long received,
        FollowerStatus follower,
        Optional<ProbeStatus> probe) {

    /**
     * One lane's account of the messages given to it: {@code sent = delivered + inDoubt +} those on the way now and, on the
     * pipeline, those {@link DropReason#REFUSED refused}. Snapshots with their databases are in the pipeline's. On a stream
     * of {@link Dialect#ETCD} nothing is confirmed: its messages are counted as sent, and those whose writing failed as in
     * doubt.
     *
     * @param attached whether a stream is attached; always false for the pipeline
     * @param queuedMessages messages that wait
     * @param queuedBytes their encoded size, in bytes
     * @param sent messages written to a stream or post, perhaps in part. A post to a peer that cannot be connected to is not
     *     among them, but dropped as {@link DropReason#UNREACHABLE}
     * @param delivered messages that the peer has confirmed. A message that the peer drops when it has read it, by one of
     *     the reasons of the way in, is not among them
     * @param inDoubt messages on streams and posts that broke before the peer answered for them, or for which it never would
     *     have answered, because it dropped them
     * @param dropped messages given up, by reason: on the way out before they were written, but for those refused; on the way
     *     in before Raft got them
     * @param roundTripP50Nanos median of the last link heartbeats' round trips, in nanoseconds; 0 before the first
     * @param roundTripP99Nanos their 99th percentile
     * @param lastFailure the last dial that failed, stream that ended, or post that failed; empty if there was none. While the
     *     lane is not attached, it says why
     */
    public record LaneStatus(
            boolean attached,
            int queuedMessages,
            long queuedBytes,
            long sent,
            long delivered,
            long inDoubt,
            Map<DropReason, Long> dropped,
            long roundTripP50Nanos,
            long roundTripP99Nanos,
            Optional<LaneFailure> lastFailure) {}

    /**
     * How a lane failed.
     *
     * @param time when
     * @param reason the peer's answer, or what broke, for people
     */
    public record LaneFailure(Instant time, String reason) {}

    /**
     * etcd's follower statistics: how long it took to hand each MsgApp to the network, and how often that failed.
     *
     * @param currentNanos the last latency; this and the following in nanoseconds, 0 before the first
     * @param averageNanos arithmetic mean
     * @param standardDeviationNanos population standard deviation
     * @param minimumNanos lowest
     * @param maximumNanos highest
     * @param successes MsgApp written
     * @param failures MsgApp whose writing failed
     */
    public record FollowerStatus(
            long currentNanos,
            double averageNanos,
            double standardDeviationNanos,
            long minimumNanos,
            long maximumNanos,
            long successes,
            long failures) {}

    /**
     * One probe of the peer.
     *
     * @param healthy whether it was answered
     * @param roundTripNanos how long the answer took, in nanoseconds; 0 if there was none
     * @param clockDifferenceNanos how far the peer's clock is ahead of ours, give or take the round trip; 0 if unknown
     */
    public record ProbeStatus(boolean healthy, long roundTripNanos, long clockDifferenceNanos) {}
}
