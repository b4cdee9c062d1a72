package dev.rafthttp;

import java.net.URI;
import java.util.List;

/** The peers of a {@link RaftTransport}: adds, moves and removes them. Any thread. */
public interface PeerMembership {

    /**
     * Adds a peer of the configured dialect and begins to dial it. Does nothing if the peer is there already.
     *
     * @param urls where the peer listens: 1 or more of {@code http://host:port} or {@code https://host:port}, tried in
     *     turn
     * @throws IllegalArgumentException if a URL is of another form, there is none, or {@code id} is this member's own
     */
    void addPeer(MemberId id, List<URI> urls);

    /**
     * Adds a peer that speaks a dialect of its own; otherwise as {@link #addPeer(MemberId, List)}.
     *
     * @param dialect which of the two members dials the streams. Both must agree, or messages go by posts
     */
    void addPeer(MemberId id, List<URI> urls, Dialect dialect);

    /**
     * Gives a peer other URLs, from the next dial on.
     *
     * @throws IllegalArgumentException if there is no such peer, or the URLs are not as in {@link #addPeer}
     */
    void updatePeer(MemberId id, List<URI> urls);

    /** Closes a peer's streams, in both directions, and forgets the peer. Does nothing if there is no such peer. */
    void removePeer(MemberId id);

    /** Removes every peer and remote. */
    void removeAllPeers();

    /**
     * Adds a member that is not (yet) a peer but needs messages to catch up; etcd's {@code AddRemote}. Only the
     * pipeline reaches it. Does nothing if the member is a peer or remote already; a later {@link #addPeer} replaces
     * the remote.
     *
     * @throws IllegalArgumentException as {@link #addPeer}
     */
    void addRemote(MemberId id, List<URI> urls);
}
