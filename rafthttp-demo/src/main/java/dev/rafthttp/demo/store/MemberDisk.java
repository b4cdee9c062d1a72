package dev.rafthttp.demo.store;

import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.log.SnapshotEntry;
import io.microraft.persistence.RaftStore;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What survives when a member is killed: everything that was flushed, and nothing else.
 *
 * <p>Owned by the Raft thread of the one node that runs on it; the next node may take it once that thread has ended.
 */
public interface MemberDisk extends RaftStore {

    /** What a node that starts on this disk finds, after all that was never flushed is lost; empty on a new disk. */
    Optional<RestoredRaftState> restore() throws IOException;

    /** Puts a snapshot together from all of its chunks, in their order. */
    static SnapshotEntry snapshot(RaftModelFactory models, List<SnapshotChunk> chunks) {
        SnapshotChunk first = chunks.get(0);
        return models.createSnapshotEntryBuilder()
                .setIndex(first.getIndex())
                .setTerm(first.getTerm())
                .setSnapshotChunks(chunks)
                .setGroupMembersView(first.getGroupMembersView())
                .build();
    }
}
