package dev.rafthttp.sidecar.events;

import java.util.LinkedHashMap;
import java.util.List;

/**
 * The events of some kinds that are kept, which those of other kinds cannot push out. Not thread-safe.
 *
 * <p>Of events that say how something is, each about a subject of its own, only the newest per subject is kept; and what became of
 * a subject replaces how it was. All others are counted, so that a reader which missed one can be told.
 */
final class EventRoom {
    private final int capacity;
    private final boolean newestOnly;
    private final LinkedHashMap<Object, NodeEvent> kept = new LinkedHashMap<>();

    private EventRoom(int capacity, boolean newestOnly) {
        this.capacity = capacity;
        this.newestOnly = newestOnly;
    }

    /** Keeps every event, up to a number. */
    static EventRoom ofAll(int capacity) {
        return new EventRoom(capacity, false);
    }

    /** Keeps the newest event per subject, for up to a number of subjects. */
    static EventRoom ofNewest(int capacity) {
        return new EventRoom(capacity, true);
    }

    /** Whether a reader is told how many it missed. */
    boolean isCounted() {
        return !newestOnly;
    }

    /** @param subject what the event is about */
    void add(String subject, NodeEvent event) {
        Object key = newestOnly ? subject : event.at();
        // Behind all others, and not where its predecessor stood.
        kept.remove(key);
        kept.put(key, event);
        if (kept.size() > capacity) {
            kept.remove(kept.keySet().iterator().next());
        }
    }

    /** Forgets how a subject was. */
    void forget(String subject) {
        kept.remove(subject);
    }

    /** Adds the events behind a position to a list, oldest first. */
    void addTo(List<NodeEvent> some, EventPosition seen) {
        for (NodeEvent event : kept.values()) {
            if (event.at().isBehind(seen)) {
                some.add(event);
            }
        }
    }
}
