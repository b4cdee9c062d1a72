package dev.rafthttp;

import java.time.Instant;
import java.util.Optional;

/** The state of a {@link RaftTransport}: which peers it reaches, and what it has counted. Any thread. */
public interface TransportMonitor {

    /** Since when a peer has been reachable without a break; empty if the peer is not reachable, or is unknown. */
    Optional<Instant> activeSince(MemberId id);

    /** How many peers are reachable now. */
    int activePeers();

    /** What the transport knows of itself and its peers now. */
    TransportStatus status();
}
