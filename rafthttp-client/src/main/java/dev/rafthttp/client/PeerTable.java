package dev.rafthttp.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map from member ID to peer. It is searched for every message, without boxing, a lock or an allocation.
 */
final class PeerTable {
    static final PeerTable EMPTY = new PeerTable(List.of());

    /** Sorted as unsigned numbers. The peer of an ID is at the same index. */
    private final long[] ids;

    private final List<PeerConnections> peers;

    private PeerTable(Collection<PeerConnections> unsorted) {
        List<PeerConnections> sorted = new ArrayList<>(unsorted);
        sorted.sort(Comparator.comparing(connections -> connections.peer().id()));
        peers = List.copyOf(sorted);
        ids = peers.stream().mapToLong(each -> each.peer().id().value()).toArray();
    }

    @Nullable PeerConnections find(long id) {
        int low = 0;
        int high = ids.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Long.compareUnsigned(ids[middle], id);
            if (order == 0) {
                return peers.get(middle);
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    PeerTable with(PeerConnections added) {
        List<PeerConnections> all = new ArrayList<>(without(added.peer().id().value()).peers);
        all.add(added);
        return new PeerTable(all);
    }

    PeerTable without(long id) {
        List<PeerConnections> rest = new ArrayList<>(peers);
        rest.removeIf(each -> each.peer().id().value() == id);
        return new PeerTable(rest);
    }

    List<PeerConnections> all() {
        return peers;
    }
}
