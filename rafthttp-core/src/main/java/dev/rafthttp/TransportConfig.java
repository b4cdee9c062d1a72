package dev.rafthttp;

import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsMistake;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a transport is told once. The constructor checks it as a whole. Immutable.
 *
 * @param memberId this member
 * @param clusterId its cluster
 * @param peerUrls where peers reach this member; sent to them as {@code X-PeerURLs}. Empty: not announced
 * @param serverVersion the version announced to peers
 * @param minClusterVersion the lowest version of a peer that is accepted
 * @param queueMessages how many messages may wait on one stream lane of one peer
 * @param queueBytes how many bytes of messages may wait there; also the bound of received proposals that wait for Raft
 * @param pipelineInFlight how many posts to one peer may be under way
 * @param pipelineQueue how many messages may wait for one
 * @param maxMessageBytes the largest message, and the largest frame of a stream
 * @param maxPostBytes the largest body of {@code POST /raft}, and the largest message of {@code POST /raft/snapshot}
 * @param linkHeartbeatInterval silence on an outbound stream after which a link heartbeat is written
 * @param streamTimeout silence after which a stream's other end is taken for dead: no acknowledgement, or no byte
 * @param ackInterval how often at the least messages are acknowledged while they flow
 * @param ackIdleInterval how often at the least an acknowledgement is repeated while none flow
 * @param peerDialect the dialect of peers that are added without saying theirs
 * @param readTimeout in etcd's dialect, silence after which a stream is taken for dead; its writer breaks it three times
 *     within that; etcd's {@code ConnReadTimeout}
 * @param pullRedial in etcd's dialect, the shortest pause before a stream is dialled again
 * @param dialTimeout how long connecting, and being accepted, may take
 * @param redialMin the first pause before a stream is dialled again; jitter takes up to half of it, as of later ones
 * @param redialMax the longest
 * @param refusedRedial the pause after a refusal that will not change by itself
 * @param probeInterval how often each peer is probed
 * @param snapshotTimeout how long the exchange of a snapshot that is being sent may stand still
 * @param closeTimeout how long {@link RaftTransport#close} may take
 * @param remotePolicy which unknown members become remotes
 * @param maxRemotes how many may by that policy
 * @param tls the files of peer TLS; empty: peers that are given as {@code https} are verified as the JVM does by default, and
 *     shown no certificate, and this member listens without TLS
 */
public record TransportConfig(
        MemberId memberId,
        ClusterId clusterId,
        List<URI> peerUrls,
        ServerVersion serverVersion,
        ServerVersion minClusterVersion,
        int queueMessages,
        long queueBytes,
        int pipelineInFlight,
        int pipelineQueue,
        int maxMessageBytes,
        int maxPostBytes,
        Duration linkHeartbeatInterval,
        Duration streamTimeout,
        Duration ackInterval,
        Duration ackIdleInterval,
        Dialect peerDialect,
        Duration readTimeout,
        Duration pullRedial,
        Duration dialTimeout,
        Duration redialMin,
        Duration redialMax,
        Duration refusedRedial,
        Duration probeInterval,
        Duration snapshotTimeout,
        Duration closeTimeout,
        RemotePolicy remotePolicy,
        int maxRemotes,
        Optional<PeerTls> tls) {

    private static final ServerVersion LOWEST_VERSION = new ServerVersion(3, 0, 0);

    /** What the scheduler can keep to. */
    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** As good as never, and far from what overflows in nanoseconds. */
    private static final Duration LONGEST = Duration.ofDays(365);

    /**
     * Checks the whole, and the files of peer TLS, which are read for that. {@link #builder} has the defaults.
     *
     * @throws IllegalArgumentException if anything is out of its range, or a file cannot be used; its message names every
     *     mistake
     */
    public TransportConfig {
        peerUrls = List.copyOf(peerUrls);
        List<String> mistakes = new ArrayList<>();
        for (URI url : peerUrls) {
            PeerUrls.mistakeIn(url).ifPresent(mistakes::add);
        }
        tls.map(PeerTls::mistakes).orElse(List.of()).stream()
                .map(TlsMistake::toString)
                .forEach(mistakes::add);
        checkVersions(mistakes, serverVersion, minClusterVersion);
        range(mistakes, "queue messages", queueMessages, 1, 1 << 20);
        range(mistakes, "queue bytes", queueBytes, 1, 1L << 39);
        range(mistakes, "pipeline posts in flight", pipelineInFlight, 1, 64);
        range(mistakes, "pipeline queue", pipelineQueue, 1, 1 << 20);
        range(mistakes, "max message bytes", maxMessageBytes, 1 << 10, 1 << 30);
        range(mistakes, "max post bytes", maxPostBytes, 1 << 10, 1 << 30);
        range(mistakes, "max remotes", maxRemotes, 0, 1 << 16);
        range(mistakes, "link heartbeat interval", linkHeartbeatInterval);
        range(mistakes, "stream timeout", streamTimeout);
        range(mistakes, "acknowledgement interval", ackInterval);
        range(mistakes, "idle acknowledgement interval", ackIdleInterval);
        range(mistakes, "read timeout", readTimeout);
        range(mistakes, "pull redial pause", pullRedial);
        range(mistakes, "dial timeout", dialTimeout);
        range(mistakes, "redial minimum", redialMin);
        range(mistakes, "redial maximum", redialMax);
        range(mistakes, "redial after refusal", refusedRedial);
        range(mistakes, "probe interval", probeInterval);
        range(mistakes, "snapshot timeout", snapshotTimeout);
        range(mistakes, "close timeout", closeTimeout);
        atMost(mistakes, "redial minimum", redialMin, "the redial maximum", redialMax);
        atMost(mistakes, "acknowledgement interval", ackInterval, "the idle acknowledgement interval", ackIdleInterval);
        Duration halfTimeout = streamTimeout.dividedBy(2);
        atMost(mistakes, "link heartbeat interval", linkHeartbeatInterval, "half the stream timeout", halfTimeout);
        atMost(mistakes, "idle acknowledgement interval", ackIdleInterval, "half the stream timeout", halfTimeout);
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException("transport configuration: " + String.join("; ", mistakes));
        }
    }

    private static void checkVersions(
            List<String> mistakes, ServerVersion serverVersion, ServerVersion minClusterVersion) {
        // WIRE: etcd from 3.0 on works with no member below 3.0. It also opens no stream to a member whose major.minor
        // is
        // below its own and not in its table: 2.1 to 2.3, and 3.0 to its own minor version.
        if (serverVersion.isBefore(LOWEST_VERSION)) {
            mistakes.add("server version is " + serverVersion + ", below " + LOWEST_VERSION
                    + ", the lowest that etcd members work with");
        }
        if (serverVersion.isBefore(minClusterVersion)) {
            mistakes.add("minimum cluster version is " + minClusterVersion + ", above the server version, "
                    + serverVersion + ": members with these versions would refuse each other");
        }
    }

    private static void range(List<String> mistakes, String what, long value, long min, long max) {
        if (value < min || value > max) {
            mistakes.add(what + " is " + value + ", not in " + min + " to " + max);
        }
    }

    private static void range(List<String> mistakes, String what, Duration value) {
        if (value.compareTo(SHORTEST) < 0 || value.compareTo(LONGEST) > 0) {
            mistakes.add(what + " is " + value + ", not in " + SHORTEST + " to " + LONGEST);
        }
    }

    private static void atMost(List<String> mistakes, String what, Duration value, String limitName, Duration limit) {
        if (value.compareTo(limit) > 0) {
            mistakes.add(what + " is " + value + ", above " + limitName + ", " + limit);
        }
    }

    /** Starts from the defaults, for one member of one cluster. */
    public static Builder builder(MemberId memberId, ClusterId clusterId) {
        return new Builder(memberId, clusterId);
    }

    /** Collects a configuration. Durations are from 1 ms to 365 days. Not thread-safe. */
    public static final class Builder {
        private final MemberId memberId;
        private final ClusterId clusterId;
        private List<URI> peerUrls = List.of();
        private ServerVersion serverVersion = new ServerVersion(3, 6, 0);
        private ServerVersion minClusterVersion = new ServerVersion(3, 0, 0);
        private int queueMessages = 4096;
        private long queueBytes = HeapLimits.OF_JVM.queueBytes();
        private int pipelineInFlight = 4;
        private int pipelineQueue = 64;
        private int maxMessageBytes = HeapLimits.OF_JVM.messageBytes();
        private int maxPostBytes = HeapLimits.OF_JVM.postBytes();
        private Duration linkHeartbeatInterval = Duration.ofMillis(500);
        private Duration streamTimeout = Duration.ofMillis(1500);
        private Duration ackInterval = Duration.ofMillis(100);
        private Duration ackIdleInterval = Duration.ofMillis(500);
        private Dialect peerDialect = Dialect.PUSH;
        private Duration readTimeout = Duration.ofSeconds(5);
        private Duration pullRedial = Duration.ofMillis(100);
        private Duration dialTimeout = Duration.ofSeconds(1);
        private Duration redialMin = Duration.ofMillis(50);
        private Duration redialMax = Duration.ofSeconds(1);
        private Duration refusedRedial = Duration.ofSeconds(5);
        private Duration probeInterval = Duration.ofSeconds(5);
        private Duration snapshotTimeout = Duration.ofSeconds(30);
        private Duration closeTimeout = Duration.ofSeconds(5);
        private RemotePolicy remotePolicy = RemotePolicy.DENY;
        private int maxRemotes = 16;
        private Optional<PeerTls> tls = Optional.empty();

        private Builder(MemberId memberId, ClusterId clusterId) {
            this.memberId = memberId;
            this.clusterId = clusterId;
        }

        /** Where peers reach this member. Default: none announced. */
        public Builder peerUrls(List<URI> urls) {
            this.peerUrls = List.copyOf(urls);
            return this;
        }

        /** The version announced to peers: 3.0.0 or above, and not below the minimum of peers. Default 3.6.0. */
        public Builder serverVersion(ServerVersion version) {
            this.serverVersion = version;
            return this;
        }

        /** The lowest version of a peer that is accepted, and at most the own one. Default 3.0.0. */
        public Builder minClusterVersion(ServerVersion version) {
            this.minClusterVersion = version;
            return this;
        }

        /** Bounds of the queue of one lane to one peer: 1 to 1,048,576 messages, 1 byte or more. Default 4,096 and {@link HeapLimits#queueBytes}. */
        public Builder queue(int messages, long bytes) {
            this.queueMessages = messages;
            this.queueBytes = bytes;
            return this;
        }

        /** The largest message, the largest post, and the bytes of a queue at once. Default {@link HeapLimits#OF_JVM}. */
        public Builder limits(HeapLimits limits) {
            return maxMessageBytes(limits.messageBytes())
                    .maxPostBytes(limits.postBytes())
                    .queue(queueMessages, limits.queueBytes());
        }

        /** Posts to one peer: how many at a time (1 to 64), and how many messages may wait (1 or more). Default 4 and 64. */
        public Builder pipeline(int inFlight, int queue) {
            this.pipelineInFlight = inFlight;
            this.pipelineQueue = queue;
            return this;
        }

        /** The largest message and frame, in bytes: 1 KiB to 1 GiB. Default {@link HeapLimits#messageBytes}. */
        public Builder maxMessageBytes(int bytes) {
            this.maxMessageBytes = bytes;
            return this;
        }

        /**
         * The largest body of {@code POST /raft}, and the largest message (not database) of {@code POST /raft/snapshot}, in
         * bytes: 1 KiB to 1 GiB. Default {@link HeapLimits#postBytes}.
         */
        public Builder maxPostBytes(int bytes) {
            this.maxPostBytes = bytes;
            return this;
        }

        /** Silence on an outbound stream after which a link heartbeat is written. Default 500 ms. */
        public Builder linkHeartbeatInterval(Duration interval) {
            this.linkHeartbeatInterval = interval;
            return this;
        }

        /**
         * Silence after which a stream's other end is taken for dead; at least twice the heartbeat and idle acknowledgement
         * intervals. Default 1.5 s.
         */
        public Builder streamTimeout(Duration timeout) {
            this.streamTimeout = timeout;
            return this;
        }

        /** How often at the least to acknowledge: while messages flow, and while none do. Default 100 ms and 500 ms. */
        public Builder acknowledgements(Duration flowing, Duration idle) {
            this.ackInterval = flowing;
            this.ackIdleInterval = idle;
            return this;
        }

        /** The dialect of peers that are added without saying theirs. Default {@link Dialect#PUSH}. */
        public Builder peerDialect(Dialect dialect) {
            this.peerDialect = dialect;
            return this;
        }

        /**
         * In etcd's dialect: silence after which a stream is taken for dead, and the shortest pause before it is dialled
         * again. Default 5 s and 100 ms, which are etcd's and the other end's as well.
         */
        public Builder pullStreams(Duration readTimeout, Duration redial) {
            this.readTimeout = readTimeout;
            this.pullRedial = redial;
            return this;
        }

        /** How long connecting, and being accepted, may take. Default 1 s. */
        public Builder dialTimeout(Duration timeout) {
            this.dialTimeout = timeout;
            return this;
        }

        /** Jittered exponential backoff of dialling: from, to, and after a permanent refusal. Default 50 ms, 1 s, 5 s. */
        public Builder redial(Duration min, Duration max, Duration afterRefusal) {
            this.redialMin = min;
            this.redialMax = max;
            this.refusedRedial = afterRefusal;
            return this;
        }

        /** How often each peer is probed. Default 5 s. */
        public Builder probeInterval(Duration interval) {
            this.probeInterval = interval;
            return this;
        }

        /**
         * How long the exchange of a snapshot that is being sent may stand still: the database brings nothing, the peer takes
         * nothing, or, once it has all, has not stored it yet. Default 30 s.
         */
        public Builder snapshotTimeout(Duration timeout) {
            this.snapshotTimeout = timeout;
            return this;
        }

        /** How long {@link RaftTransport#close} may take. Default 5 s. */
        public Builder closeTimeout(Duration timeout) {
            this.closeTimeout = timeout;
            return this;
        }

        /** Which unknown members become remotes, and how many at the most. Default {@link RemotePolicy#DENY} and 16. */
        public Builder remotes(RemotePolicy policy, int max) {
            this.remotePolicy = policy;
            this.maxRemotes = max;
            return this;
        }

        /**
         * Speaks TLS wherever this member listens, and shows its certificate to the peers whose URLs are {@code https}.
         * Default: no TLS.
         */
        public Builder tls(PeerTls files) {
            this.tls = Optional.of(files);
            return this;
        }

        /**
         * Makes the configuration, which its constructor checks.
         *
         * @throws IllegalArgumentException if anything is out of its range, or a file cannot be used; its message names
         *     every mistake
         */
        public TransportConfig build() {
            return new TransportConfig(
                    memberId,
                    clusterId,
                    peerUrls,
                    serverVersion,
                    minClusterVersion,
                    queueMessages,
                    queueBytes,
                    pipelineInFlight,
                    pipelineQueue,
                    maxMessageBytes,
                    maxPostBytes,
                    linkHeartbeatInterval,
                    streamTimeout,
                    ackInterval,
                    ackIdleInterval,
                    peerDialect,
                    readTimeout,
                    pullRedial,
                    dialTimeout,
                    redialMin,
                    redialMax,
                    refusedRedial,
                    probeInterval,
                    snapshotTimeout,
                    closeTimeout,
                    remotePolicy,
                    maxRemotes,
                    tls);
        }
    }
}
