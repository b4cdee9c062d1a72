package dev.rafthttp;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletionStage;

/** What is done with the snapshots that peers send with their databases: stored and given to Raft, as a rule. */
@FunctionalInterface
public interface SnapshotReceiver {
    /** Takes none. A peer that sends one is answered as if the disk were full, which etcd's sender reports and tries again. */
    SnapshotReceiver NONE = (snapshot, database) -> {
        throw new SnapshotStoreException(new IOException("snapshots are not stored here"));
    };

    /**
     * Takes one snapshot. When this returns the database must be durable, and when the stage is completed Raft must have the
     * message: then the peer is told that it was taken. Leaving a part of the database unread is a failure.
     *
     * <p>Called on a thread that it may block for as long as reading and storing take, several at a time; but Raft holds none. What
     * it does not read holds the sender back. If the connection breaks or falls silent, or the database ends too early, reading throws.
     *
     * @param snapshot of type MsgSnap
     * @param database what follows it, to the end; to be read before this returns, by one thread at a time, and not after
     * @return what {@link RaftCallback#process} returned, as a rule; {@link RaftCallback#TAKEN} if Raft has the message. Completed
     *     exceptionally, it means the same as what is thrown
     * @throws SnapshotStoreException if the database was not stored; the peer is told so, with status 500
     * @throws RemovedMemberException to tell the peer, with 403, that it has been removed. {@link ClusterMismatchException}
     *     and {@link IncompatibleVersionException} go through likewise, with 412: this is how a relay passes refusals on. They may be
     *     the cause of a CompletionException or ExecutionException
     * @throws Exception if Raft did not take the message; the peer is told so, with status 500
     */
    CompletionStage<Void> receive(Message snapshot, InputStream database) throws Exception;

    /**
     * A receiver that stores the database and then gives the message to Raft, as etcd does.
     *
     * @param callback whose {@link RaftCallback#process} takes the message; the database is in the store by then
     */
    static SnapshotReceiver storing(SnapshotStore store, RaftCallback callback) {
        return (snapshot, database) -> {
            SnapshotMetadata metadata = snapshot.getSnapshot().getMetadata();
            try {
                store.save(metadata.getTerm(), metadata.getIndex(), database);
            } catch (IOException e) {
                throw new SnapshotStoreException(e);
            }
            return callback.process(snapshot);
        };
    }
}
