package dev.rafthttp.metrics;

import dev.rafthttp.MemberId;

/**
 * Where the transport counts. Implementations must be thread-safe and quick. One that throws
 * misses a count, which is logged, and does no other harm.
 *
 * @see PeerMetrics
 */
@FunctionalInterface
public interface TransportMetrics {
    /** Counts nothing. */
    TransportMetrics NONE = id -> PeerMetrics.NONE;

    /**
     * The counters of one peer, looked up once when it is added, so that nothing is looked up on the message path. IDs come
     * from the configuration, never from a request.
     */
    PeerMetrics forPeer(MemberId id);
}
