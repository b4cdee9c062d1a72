package dev.rafthttp.sidecar.snapshots;

import dev.rafthttp.FileSnapshotStore;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.SnapshotReceiver;
import dev.rafthttp.SnapshotStoreException;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * The databases that came from peers. Two snapshots of the same term and index share a file, of which each holds a claim until the
 * node deletes it: the node may be told of the second when it has done with the first.
 *
 * <p>Any thread. Guarded by its own lock, which is not held while a database is stored.
 */
public final class ReceivedDatabases implements SnapshotReceiver {
    private final FileSnapshotStore store;
    private final RaftCallback callback;

    /** How many claims there are on the file of a name; one, if there is the file and nothing here. */
    private final Map<Path, Integer> claims = new HashMap<>();

    /** @param callback takes the message, when its database has been stored */
    public ReceivedDatabases(FileSnapshotStore store, RaftCallback callback) {
        this.store = store;
        this.callback = callback;
    }

    @Override
    public CompletionStage<Void> receive(Message snapshot, InputStream database) throws Exception {
        SnapshotMetadata metadata = snapshot.getSnapshot().getMetadata();
        long term = metadata.getTerm();
        long index = metadata.getIndex();
        // Before it is stored: then the file stays if the former of its name is deleted in between.
        claim(term, index);
        try {
            store(term, index, database);
            return callback.process(snapshot).whenComplete((taken, failure) -> {
                if (failure != null) {
                    giveBack(term, index, failure);
                }
            });
        } catch (Exception | Error e) {
            giveBack(term, index, e);
            throw e;
        }
    }

    private void store(long term, long index, InputStream database) throws SnapshotStoreException {
        try {
            store.save(term, index, database);
        } catch (IOException e) {
            throw new SnapshotStoreException(e);
        }
    }

    private void giveBack(long term, long index, Throwable cause) {
        try {
            boolean ignored = release(path(term, index), term, index);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private synchronized void claim(long term, long index) {
        Path file = path(term, index);
        claims.put(file, claims.getOrDefault(file, Files.exists(file) ? 1 : 0) + 1);
    }

    /**
     * Gives a claim back; the file is deleted with the last.
     *
     * @return whether there was one
     */
    boolean delete(long term, long index) throws IOException {
        Path file = path(term, index);
        return Files.exists(file) && release(file, term, index);
    }

    private synchronized boolean release(Path file, long term, long index) throws IOException {
        int left = claims.getOrDefault(file, 1) - 1;
        if (left > 0) {
            claims.put(file, left);
            return true;
        }
        claims.remove(file);
        return store.delete(term, index);
    }

    /** The file of a database, whether or not there is one. */
    Path path(long term, long index) {
        return store.path(term, index);
    }
}
