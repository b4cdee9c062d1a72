package dev.rafthttp;

import java.util.List;

/**
 * A transport at one moment.
 *
 * @param member this member
 * @param cluster the cluster it belongs to
 * @param peers its peers and remotes, by ID
 */
public record TransportStatus(MemberId member, ClusterId cluster, List<PeerStatus> peers) {}
