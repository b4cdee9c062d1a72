package dev.rafthttp;

import java.util.List;
import java.util.Optional;

/**
 * A transport at one moment.
 *
 * @param member this member
 * @param cluster the cluster it belongs to
 * @param peers its peers and remotes, by ID
 * @param removed that a peer has said that this member is removed; empty if none has
 */
public record TransportStatus(
        MemberId member, ClusterId cluster, List<PeerStatus> peers, Optional<RemovalStatus> removed) {}
