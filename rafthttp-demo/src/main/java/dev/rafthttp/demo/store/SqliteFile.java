package dev.rafthttp.demo.store;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.demo.store.proto.DiskOwner;
import dev.rafthttp.options.CannotRunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteConfig;

/**
 * The tables of a member's disk, and their SQL: a few named states, log entries by index, snapshot chunks by snapshot and
 * number. Nothing is on the disk before {@link #commit}.
 *
 * <p>In exclusive mode: the file is locked for as long as it is open, so that no two processes are one member, and there is no
 * shared memory. Not thread-safe.
 */
final class SqliteFile implements AutoCloseable {
    /** States: the member, the members that it began with, and its term and vote. */
    static final String ENDPOINT = "endpoint";

    static final String MEMBERS = "members";
    static final String TERM = "term";

    private static final String OWNER = "owner";
    private static final String NAME = "raft.db";

    private static final Logger LOG = LoggerFactory.getLogger(SqliteFile.class);

    /** How long to wait for a process of the same member that is still ending. */
    private static final int BUSY_MILLIS = 1_000;

    private static final List<String> TABLES = List.of(
            "CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
            "CREATE TABLE IF NOT EXISTS entry (log_index INTEGER PRIMARY KEY, value BLOB NOT NULL)",
            "CREATE TABLE IF NOT EXISTS chunk (snapshot_index INTEGER, chunk_index INTEGER, chunk_count INTEGER NOT NULL,"
                    + " value BLOB NOT NULL, PRIMARY KEY (snapshot_index, chunk_index))");

    /** The newest snapshot of which every chunk is there; null if there is none. */
    private static final String NEWEST = """
            (SELECT max(snapshot_index) FROM
              (SELECT snapshot_index FROM chunk GROUP BY snapshot_index HAVING count(*) = max(chunk_count)))\
            """;

    private final Path path;
    private final Connection connection;
    private final PreparedStatement getState;
    private final PreparedStatement putState;
    private final PreparedStatement putEntry;
    private final PreparedStatement deleteEntries;
    private final PreparedStatement putChunk;
    private final PreparedStatement deleteSnapshot;
    private final PreparedStatement deleteOlderSnapshots;

    /** Reads an entry. */
    @FunctionalInterface
    interface EntryReader<T> {
        T read(byte[] value) throws IOException;
    }

    /** Reads a chunk. */
    @FunctionalInterface
    interface ChunkReader<T> {
        T read(long snapshotIndex, int chunkIndex, byte[] value) throws IOException;
    }

    private SqliteFile(Path path, Connection connection) throws SQLException {
        this.path = path;
        this.connection = connection;
        getState = connection.prepareStatement("SELECT value FROM state WHERE name = ?");
        putState = connection.prepareStatement("INSERT OR REPLACE INTO state VALUES (?, ?)");
        putEntry = connection.prepareStatement("INSERT OR REPLACE INTO entry VALUES (?, ?)");
        deleteEntries = connection.prepareStatement("DELETE FROM entry WHERE log_index BETWEEN ? AND ?");
        putChunk = connection.prepareStatement("INSERT OR REPLACE INTO chunk VALUES (?, ?, ?, ?)");
        deleteSnapshot = connection.prepareStatement("DELETE FROM chunk WHERE snapshot_index = ?");
        deleteOlderSnapshots = connection.prepareStatement("DELETE FROM chunk WHERE snapshot_index < " + NEWEST);
    }

    /**
     * Opens the file in a folder, or makes it.
     *
     * @throws CannotRunException if it cannot be written, or another process has it open
     */
    static SqliteFile open(Path folder) {
        Path path = folder.resolve(NAME);
        try {
            Files.createDirectories(folder);
            Connection connection = connect(path);
            try {
                return new SqliteFile(path, connection);
            } catch (SQLException failure) {
                connection.close();
                throw failure;
            }
        } catch (IOException | SQLException failure) {
            throw new CannotRunException(
                    path + " cannot be used as this member's disk, or another process does: " + failure, failure);
        }
    }

    private static Connection connect(Path path) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection = config.createConnection("jdbc:sqlite:" + path);
        try (Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (String table : TABLES) {
                statement.execute(table);
            }
            connection.commit();
            return connection;
        } catch (SQLException failure) {
            connection.close();
            throw failure;
        }
    }

    /**
     * Makes a new file a member's.
     *
     * @throws CannotRunException if it is another's
     */
    void claim(ClusterId cluster, MemberId member) {
        DiskOwner claimant = DiskOwner.newBuilder()
                .setCluster(cluster.value())
                .setMember(member.value())
                .build();
        try {
            Optional<byte[]> stored = state(OWNER);
            if (stored.isEmpty()) {
                putState(OWNER, claimant.toByteArray());
                commit();
                return;
            }
            DiskOwner owner = DiskOwner.parseFrom(stored.get());
            if (!owner.equals(claimant)) {
                throw new CannotRunException(path + " is the disk of member " + new MemberId(owner.getMember())
                        + " in cluster " + new ClusterId(owner.getCluster()) + ": expected member " + member
                        + " in cluster " + cluster);
            }
        } catch (SQLException | InvalidProtocolBufferException failure) {
            throw new CannotRunException(path + " cannot be used as this member's disk: " + failure, failure);
        }
    }

    Optional<byte[]> state(String name) throws SQLException {
        getState.setString(1, name);
        try (ResultSet rows = getState.executeQuery()) {
            return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
        }
    }

    void putState(String name, byte[] value) throws SQLException {
        putState.setString(1, name);
        putState.setBytes(2, value);
        putState.executeUpdate();
    }

    /** All entries, by index. */
    <T> List<T> entries(EntryReader<T> reader) throws SQLException, IOException {
        List<T> entries = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT value FROM entry ORDER BY log_index")) {
            while (rows.next()) {
                entries.add(reader.read(rows.getBytes(1)));
            }
        }
        return entries;
    }

    void putEntry(long index, byte[] value) throws SQLException {
        putEntry.setLong(1, index);
        putEntry.setBytes(2, value);
        putEntry.executeUpdate();
    }

    /** Deletes entries from one index to another, both included. */
    void deleteEntries(long from, long to) throws SQLException {
        deleteEntries.setLong(1, from);
        deleteEntries.setLong(2, to);
        deleteEntries.executeUpdate();
    }

    /** The chunks, by number, of the newest snapshot that is whole; empty if there is none. */
    <T> List<T> newestSnapshot(ChunkReader<T> reader) throws SQLException, IOException {
        List<T> chunks = new ArrayList<>();
        String select = "SELECT snapshot_index, chunk_index, value FROM chunk WHERE snapshot_index = " + NEWEST
                + " ORDER BY chunk_index";
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(select)) {
            while (rows.next()) {
                chunks.add(reader.read(rows.getLong(1), rows.getInt(2), rows.getBytes(3)));
            }
        }
        return chunks;
    }

    void putChunk(long snapshotIndex, int chunkIndex, int chunkCount, byte[] value) throws SQLException {
        putChunk.setLong(1, snapshotIndex);
        putChunk.setInt(2, chunkIndex);
        putChunk.setInt(3, chunkCount);
        putChunk.setBytes(4, value);
        putChunk.executeUpdate();
    }

    void deleteSnapshot(long snapshotIndex) throws SQLException {
        deleteSnapshot.setLong(1, snapshotIndex);
        deleteSnapshot.executeUpdate();
    }

    /** Deletes the snapshots that are older than the newest that is whole. */
    void deleteSnapshotsBeforeNewest() throws SQLException {
        deleteOlderSnapshots.executeUpdate();
    }

    void commit() throws SQLException {
        connection.commit();
    }

    void rollback() throws SQLException {
        connection.rollback();
    }

    /** Loses what was not committed. */
    @Override
    public void close() {
        try (connection) {
            connection.rollback();
        } catch (SQLException failure) {
            LOG.warn("{} does not close in good order", path, failure);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
