package dev.rafthttp.metrics;

import dev.rafthttp.MemberId;

/**
 * Where the transport counts. Implementations must be thread-safe, quick, and must not throw.
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
