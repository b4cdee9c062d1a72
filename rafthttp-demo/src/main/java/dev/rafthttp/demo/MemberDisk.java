package dev.rafthttp.demo;

import io.microraft.persistence.RaftStore;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.util.Optional;

/**
 * What survives a member that is killed: all that was flushed, and no more.
 *
 * <p>Owned by the Raft thread of the one node that runs on it; the next node may take it once that thread has ended.
 */
interface MemberDisk extends RaftStore {

    /** What a node that starts on this disk finds, after all that was never flushed is lost; empty on a new disk. */
    Optional<RestoredRaftState> restore() throws IOException;
}
