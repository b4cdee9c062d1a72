package dev.rafthttp.sidecar.node;

import dev.rafthttp.MemberId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The members that the node says are removed: they are refused, and messages to them dropped. Any thread. */
public final class RemovedMembers {
    private final Set<Long> ids = ConcurrentHashMap.newKeySet();

    boolean contains(long id) {
        return ids.contains(id);
    }

    /** Removes a member; false if it had been removed before. */
    boolean add(long id) {
        return ids.add(id);
    }

    void remove(long id) {
        ids.remove(id);
    }

    /** By ID. */
    List<MemberId> all() {
        return ids.stream().map(MemberId::new).sorted().toList();
    }
}
