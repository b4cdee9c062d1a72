package dev.rafthttp.interop.follower;

import dev.rafthttp.raftpb.Entry;
import java.util.ArrayList;
import java.util.List;

/** The entries of a follower, in memory, from index 1 on, and how far they are committed. Belongs to its follower. */
final class RaftLog {
    private final List<Entry> entries = new ArrayList<>();
    private long committed;

    long lastIndex() {
        return entries.size();
    }

    long committed() {
        return committed;
    }

    /** The term of an entry; 0 for the one before the first, and for those there are not. */
    long termAt(long index) {
        return index < 1 || index > lastIndex()
                ? 0
                : entries.get((int) index - 1).getTerm();
    }

    boolean has(long index, long term) {
        return index <= lastIndex() && termAt(index) == term;
    }

    /** Whether a log that ends like this holds all that this one holds; Raft's condition of a vote. */
    boolean isOutdoneBy(long index, long term) {
        long lastTerm = termAt(lastIndex());
        return term > lastTerm || term == lastTerm && index >= lastIndex();
    }

    /**
     * Appends what is not there yet, in place of what contradicts it.
     *
     * @throws IllegalStateException if that is committed, which no leader may do
     */
    void append(List<Entry> more) {
        for (Entry entry : more) {
            long index = entry.getIndex();
            if (has(index, entry.getTerm())) {
                continue;
            }
            if (index <= committed || index > lastIndex() + 1) {
                throw new IllegalStateException("entry " + index + " of term " + entry.getTerm() + " after "
                        + lastIndex() + ", of which " + committed + " are committed");
            }
            entries.subList((int) index - 1, entries.size()).clear();
            entries.add(entry);
        }
    }

    /** Commits up to an index, but no further than there are entries; returns what that adds. */
    List<Entry> commit(long index) {
        long until = Math.min(index, lastIndex());
        if (until <= committed) {
            return List.of();
        }
        List<Entry> added = List.copyOf(entries.subList((int) committed, (int) until));
        committed = until;
        return added;
    }
}
