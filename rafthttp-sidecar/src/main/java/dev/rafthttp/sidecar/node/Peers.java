package dev.rafthttp.sidecar.node;

import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftTransport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Who the peers are: at first those of the options, with what was changed of them at run time and kept on disk; later whatever
 * the API says. Changed under its own lock, which is held while the transport is told; asked without it, for every message.
 */
public final class Peers {
    private final RaftTransport transport;
    private final MemberId member;
    private final Dialect usual;
    private final ChangesFile<NodePeer> file;
    private final ChangesFile.Changes<NodePeer> changes;
    private final RemovedMembers removed;
    private final Map<Long, NodePeer> peers = new ConcurrentHashMap<>();

    /**
     * Tells the transport of its peers.
     *
     * @param transport of the member
     * @param member that the node is
     * @param usual the dialect of peers that are put without one
     * @param removed gets those that were removed
     * @param configured the peers of the options
     * @param stateDir where changes are kept
     * @throws StateFileException if there is a file of peers that cannot be read
     */
    public Peers(
            RaftTransport transport,
            MemberId member,
            Dialect usual,
            RemovedMembers removed,
            List<NodePeer> configured,
            Path stateDir) {
        this.transport = transport;
        this.member = member;
        this.usual = usual;
        this.removed = removed;
        this.file = new ChangesFile<>(
                stateDir.resolve("peers.json"), (id, json) -> NodePeer.parse(id, json, usual), NodePeer::json);
        this.changes = file.read();
        configured.forEach(peer -> peers.put(peer.id().value(), peer));
        changes.put().forEach((id, peer) -> peers.put(id.value(), peer));
        for (MemberId id : changes.removed()) {
            peers.remove(id.value());
            removed.add(id.value());
        }
        all().forEach(peer -> transport.addPeer(peer.id(), peer.urls(), peer.dialect()));
    }

    boolean isPeer(long id) {
        return peers.containsKey(id);
    }

    boolean isRemoved(long id) {
        return removed.contains(id);
    }

    Dialect usualDialect() {
        return usual;
    }

    /** By ID. */
    public List<NodePeer> all() {
        List<NodePeer> all = new ArrayList<>(peers.values());
        all.sort((a, b) -> a.id().compareTo(b.id()));
        return all;
    }

    Optional<NodePeer> find(MemberId id) {
        return Optional.ofNullable(peers.get(id.value()));
    }

    /**
     * Adds a peer, or gives it other URLs or another dialect. One that had been removed is a peer again.
     *
     * @throws IllegalArgumentException if it is this member itself
     * @throws StateFileException if it cannot be kept; it has changed until the sidecar ends
     */
    synchronized void put(NodePeer peer) {
        MemberId id = peer.id();
        if (id.equals(member)) {
            throw new IllegalArgumentException(
                    "peer " + id + ": expected another member than this sidecar's own, whose URL is an option");
        }
        NodePeer before = peers.put(id.value(), peer);
        removed.remove(id.value());
        if (before != null && before.dialect() == peer.dialect()) {
            transport.updatePeer(id, peer.urls());
        } else {
            // Who dials is decided when a peer is added.
            transport.removePeer(id);
            transport.addPeer(id, peer.urls(), peer.dialect());
        }
        changes.put(id, peer);
        file.write(changes);
    }

    /**
     * Removes a peer; it is refused from then on.
     *
     * @return false if there is no such peer
     * @throws StateFileException if that cannot be kept; it is removed until the sidecar ends
     */
    synchronized boolean remove(MemberId id) {
        if (peers.remove(id.value()) == null) {
            return false;
        }
        removed.add(id.value());
        transport.removePeer(id);
        changes.remove(id);
        file.write(changes);
        return true;
    }
}
