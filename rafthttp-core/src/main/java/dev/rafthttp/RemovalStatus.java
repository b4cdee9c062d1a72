package dev.rafthttp;

import java.time.Instant;

/**
 * That a peer has said that this member is removed from the cluster. Kept for as long as the transport lives; of several
 * peers that say so, the first counts.
 *
 * @param toldBy the peer
 * @param since when it said so
 * @param reason its URL and answer, for people
 */
public record RemovalStatus(MemberId toldBy, Instant since, String reason) {}
