package dev.rafthttp.sidecar.peers;

import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerMembership;
import dev.rafthttp.sidecar.http.RefusedRequestException;
import dev.rafthttp.sidecar.state.ChangesFile;
import dev.rafthttp.sidecar.state.StateFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Who the peers are: at first those of the options, with what was changed of them at run time and kept on disk; later whatever
 * the API says. Changed under its own lock, which is held while the transport is told; asked without it, for every message.
 */
public final class Peers {
    private final PeerMembership transport;
    private final MemberId member;
    private final Dialect usual;
    private final ChangesFile<NodePeer> file;
    private ChangesFile.Changes<NodePeer> changes;
    private final RemovedMembers removed;
    private final Map<Long, NodePeer> peers = new ConcurrentHashMap<>();

    /** Those of the peers, in order. Asked for every message that the node sends, and so without a box for each. */
    private volatile long[] ids = {};

    /**
     * Tells the transport of its peers.
     *
     * @param transport of the member
     * @param member that the node is
     * @param cluster of that member
     * @param usual the dialect of peers that are put without one
     * @param removed gets those that were removed
     * @param configured the peers of the options
     * @param stateDir where changes are kept
     * @throws StateFileException if there is a file of peers that cannot be read, or is another cluster's
     */
    public Peers(
            PeerMembership transport,
            MemberId member,
            ClusterId cluster,
            Dialect usual,
            RemovedMembers removed,
            List<NodePeer> configured,
            Path stateDir) {
        this.transport = transport;
        this.member = member;
        this.usual = usual;
        this.removed = removed;
        this.file = new ChangesFile<>(
                stateDir.resolve("peers.json"),
                cluster,
                (id, json) -> NodePeer.parse(id, json, usual),
                Function.identity());
        this.changes = file.read();
        if (!changes.isWhole()) {
            configured.forEach(peer -> peers.put(peer.id().value(), peer));
        }
        changes.put().forEach((id, peer) -> peers.put(id.value(), peer));
        for (MemberId id : changes.removed()) {
            peers.remove(id.value());
            removed.add(id);
        }
        publishIds();
        all().forEach(peer -> transport.addPeer(peer.id(), peer.urls(), peer.dialect()));
    }

    public boolean isPeer(long id) {
        return Arrays.binarySearch(ids, id) >= 0;
    }

    public boolean isRemoved(MemberId id) {
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

    /** By ID. */
    List<MemberId> allRemoved() {
        return removed.all();
    }

    /**
     * Adds a peer, or gives it other URLs or another dialect.
     *
     * @throws RefusedRequestException if it is this member itself, or has been removed
     * @throws StateFileException if it cannot be kept; it has changed until the sidecar ends
     */
    synchronized void put(NodePeer peer) {
        checkIsOther(peer.id());
        if (isRemoved(peer.id())) {
            throw RefusedRequestException.conflict(
                    "peer " + peer.id() + " has been removed from the cluster: expected another ID,"
                            + " since one that has been removed never comes back; or, if it was never removed, PUT "
                            + PeersApi.PATH
                            + " without it in \"removed\"");
        }
        set(peer);
        changes.put(peer.id(), peer);
        file.write(changes);
    }

    /**
     * Removes a member, whether or not it is a peer; it is refused from then on.
     *
     * @throws RefusedRequestException if it is this member itself
     * @throws StateFileException if that cannot be kept; it is removed until the sidecar ends
     */
    synchronized void remove(MemberId id) {
        checkIsOther(id);
        if (removed.add(id)) {
            forget(id);
            changes.remove(id);
        }
        file.write(changes);
    }

    /**
     * Sets all peers, and all members that have been removed, at once. Peers that stay as they are keep their connections.
     *
     * @param all the peers; others are forgotten, but not removed
     * @param allRemoved the removed members; others are so no longer
     * @throws RefusedRequestException if this member itself is among them, or one among both; nothing has changed then
     * @throws StateFileException if that cannot be kept; it holds until the sidecar ends
     */
    synchronized void set(List<NodePeer> all, Set<MemberId> allRemoved) {
        Map<MemberId, NodePeer> byId = new LinkedHashMap<>();
        for (NodePeer peer : all) {
            checkIsOther(peer.id());
            byId.put(peer.id(), peer);
            if (allRemoved.contains(peer.id())) {
                throw RefusedRequestException.conflict(
                        "member " + peer.id() + ": expected to be among peers or among removed, not among both");
            }
        }
        allRemoved.forEach(this::checkIsOther);
        // A member that is forgotten first would for a moment be told that it is unknown, and not that it is removed.
        allRemoved.forEach(removed::add);
        for (NodePeer peer : all()) {
            if (!byId.containsKey(peer.id())) {
                forget(peer.id());
            }
        }
        for (MemberId id : removed.all()) {
            if (!allRemoved.contains(id)) {
                removed.remove(id);
            }
        }
        all.forEach(this::set);
        changes = ChangesFile.Changes.whole(byId, allRemoved);
        file.write(changes);
    }

    private void checkIsOther(MemberId id) {
        if (id.equals(member)) {
            throw RefusedRequestException.conflict(
                    "peer " + id + ": expected another member than this sidecar's own, whose URL is an option");
        }
    }

    private void set(NodePeer peer) {
        MemberId id = peer.id();
        NodePeer before = peers.put(id.value(), peer);
        publishIds();
        if (before == null || before.dialect() != peer.dialect()) {
            // The dialect, and so which side dials, is fixed when a peer is added.
            transport.removePeer(id);
            transport.addPeer(id, peer.urls(), peer.dialect());
        } else if (!before.urls().equals(peer.urls())) {
            transport.updatePeer(id, peer.urls());
        }
    }

    private void forget(MemberId id) {
        peers.remove(id.value());
        publishIds();
        transport.removePeer(id);
    }

    private void publishIds() {
        ids = peers.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
    }
}
