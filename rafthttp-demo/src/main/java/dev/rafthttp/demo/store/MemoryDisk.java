package dev.rafthttp.demo.store;

import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.log.SnapshotEntry;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RestoredRaftState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A disk in memory, for members that share a process. It keeps what was flushed, as a disk does, and nothing else. */
public final class MemoryDisk implements MemberDisk {
    private final RaftModelFactory models;
    private final Queue<Runnable> unflushed = new ArrayDeque<>();

    private final NavigableMap<Long, LogEntry> entries = new TreeMap<>();
    /** Chunks by snapshot index and chunk index. */
    private final NavigableMap<Long, NavigableMap<Integer, SnapshotChunk>> snapshots = new TreeMap<>();

    private @Nullable RaftEndpointPersistentState endpoint;
    private @Nullable RaftGroupMembersView initialMembers;
    private @Nullable RaftTermPersistentState term;

    public MemoryDisk(RaftModelFactory models) {
        this.models = models;
    }

    @Override
    public Optional<RestoredRaftState> restore() {
        unflushed.clear();
        if (endpoint == null || initialMembers == null || term == null) {
            return Optional.empty();
        }
        return Optional.of(new RestoredRaftState(
                endpoint, initialMembers, term, newestSnapshot(), new ArrayList<>(entries.values())));
    }

    @Override
    public void persistAndFlushLocalEndpoint(RaftEndpointPersistentState state) {
        endpoint = state;
    }

    @Override
    public void persistAndFlushInitialGroupMembers(RaftGroupMembersView members) {
        initialMembers = members;
    }

    @Override
    public void persistAndFlushTerm(RaftTermPersistentState state) {
        term = state;
    }

    @Override
    public void persistLogEntries(List<LogEntry> appended) {
        List<LogEntry> copy = List.copyOf(appended);
        unflushed.add(() -> copy.forEach(entry -> entries.put(entry.getIndex(), entry)));
    }

    @Override
    public void persistSnapshotChunk(SnapshotChunk chunk) {
        unflushed.add(() -> snapshots
                .computeIfAbsent(chunk.getIndex(), index -> new TreeMap<>())
                .put(chunk.getSnapshotChunkIndex(), chunk));
    }

    @Override
    public void truncateLogEntriesFrom(long indexInclusive) {
        unflushed.add(() -> entries.tailMap(indexInclusive, true).clear());
    }

    @Override
    public void truncateLogEntriesUntil(long indexInclusive) {
        unflushed.add(() -> {
            entries.headMap(indexInclusive, true).clear();
            newestComplete()
                    .ifPresent(
                            newest -> snapshots.headMap(newest.getKey(), false).clear());
        });
    }

    @Override
    public void deleteSnapshotChunks(long index, int chunkCount) {
        unflushed.add(() -> snapshots.remove(index));
    }

    @Override
    public void flush() {
        for (Runnable write = unflushed.poll(); write != null; write = unflushed.poll()) {
            write.run();
        }
    }

    private @Nullable SnapshotEntry newestSnapshot() {
        return newestComplete()
                .map(snapshot -> MemberDisk.snapshot(
                        models, new ArrayList<>(snapshot.getValue().values())))
                .orElse(null);
    }

    private Optional<Map.Entry<Long, NavigableMap<Integer, SnapshotChunk>>> newestComplete() {
        return snapshots.descendingMap().entrySet().stream()
                .filter(snapshot -> isComplete(snapshot.getValue()))
                .findFirst();
    }

    private static boolean isComplete(NavigableMap<Integer, SnapshotChunk> chunks) {
        return chunks.size() == chunks.firstEntry().getValue().getSnapshotChunkCount();
    }
}
