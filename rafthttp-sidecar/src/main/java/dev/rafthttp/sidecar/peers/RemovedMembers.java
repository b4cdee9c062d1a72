package dev.rafthttp.sidecar.peers;

import dev.rafthttp.MemberId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The members that the node says are removed: they are refused, and messages to them dropped. Asked for every message that
 * comes. Any thread.
 */
public final class RemovedMembers {
    private final Set<MemberId> ids = ConcurrentHashMap.newKeySet();

    public boolean contains(MemberId id) {
        return ids.contains(id);
    }

    /** Removes a member; false if it had been removed before. */
    boolean add(MemberId id) {
        return ids.add(id);
    }

    void remove(MemberId id) {
        ids.remove(id);
    }

    /** By ID. */
    List<MemberId> all() {
        return ids.stream().sorted().toList();
    }
}
