package dev.rafthttp.sidecar.node;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The members that {@code DELETE /v1/peers} removed: they are refused, and messages to them dropped. Any thread. */
public final class RemovedMembers {
    private final Set<Long> ids = ConcurrentHashMap.newKeySet();

    boolean contains(long id) {
        return ids.contains(id);
    }

    void add(long id) {
        ids.add(id);
    }

    void remove(long id) {
        ids.remove(id);
    }
}
