package dev.rafthttp;

import java.io.IOException;
import java.io.InputStream;

/**
 * Where the databases are kept that come with snapshots; what etcd's {@code snap.Snapshotter} is to its transport.
 *
 * <p>Called on the transport's threads, several at a time, also for the same snapshot. Methods may block.
 *
 * @see FileSnapshotStore
 */
public interface SnapshotStore {

    /**
     * Reads a database to its end and keeps it. When this returns, the database is durable and {@link #open} finds it, whole;
     * until then, and if this throws, it finds what it found before.
     *
     * @param term the snapshot's term, unsigned
     * @param index the index of the last entry in it, unsigned
     * @param database its bytes; reading fails if they end too early. Not closed here
     * @return how many bytes there were
     * @throws IOException if reading or storing fails
     */
    long save(long term, long index, InputStream database) throws IOException;

    /**
     * Opens a database that was kept.
     *
     * @return the bytes, to be closed by the caller
     * @throws java.nio.file.NoSuchFileException if there is none of that term and index
     * @throws IOException if it cannot be read
     */
    InputStream open(long term, long index) throws IOException;
}
