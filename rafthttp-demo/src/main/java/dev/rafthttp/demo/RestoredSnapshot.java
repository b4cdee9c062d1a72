package dev.rafthttp.demo;

import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.log.SnapshotEntry;
import java.util.List;

/** Puts a snapshot together that was persisted chunk by chunk. */
final class RestoredSnapshot {

    private RestoredSnapshot() {}

    /** @param chunks all chunks of one snapshot, in their order */
    static SnapshotEntry of(RaftModelFactory models, List<SnapshotChunk> chunks) {
        SnapshotChunk first = chunks.get(0);
        return models.createSnapshotEntryBuilder()
                .setIndex(first.getIndex())
                .setTerm(first.getTerm())
                .setSnapshotChunks(chunks)
                .setGroupMembersView(first.getGroupMembersView())
                .build();
    }
}
