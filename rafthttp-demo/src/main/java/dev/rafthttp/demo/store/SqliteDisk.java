package dev.rafthttp.demo.store;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.microraft.OperationCodec;
import dev.rafthttp.options.CannotRunException;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A disk that is an SQLite database in a folder of its own. Everything between two flushes is one transaction.
 *
 * <p>After a write has failed, every later write fails: the disk lacks what the first one should have written, so the member must not
 * go on.
 */
public final class SqliteDisk implements MemberDisk, AutoCloseable {
    private final SqliteFile file;
    private final DiskFormat format;
    private final RaftModelFactory models;
    private final Consumer<CannotRunException> failed;
    private boolean isBroken;

    private SqliteDisk(
            SqliteFile file, DiskFormat format, RaftModelFactory models, Consumer<CannotRunException> failed) {
        this.file = file;
        this.format = format;
        this.models = models;
        this.failed = failed;
    }

    /**
     * Opens a member's disk, or makes a new one.
     *
     * @param folder made if it is not there
     * @param operations what log entries and snapshots hold
     * @param failed told, on the thread that writes, when the disk fails for the first time
     * @throws CannotRunException if the folder cannot be written, is in use, or is another member's
     */
    public static SqliteDisk open(
            Path folder,
            ClusterId cluster,
            MemberId member,
            RaftModelFactory models,
            OperationCodec operations,
            Consumer<CannotRunException> failed) {
        SqliteFile file = SqliteFile.open(folder);
        try {
            file.claim(cluster, member);
            return new SqliteDisk(file, new DiskFormat(cluster, models, operations), models, failed);
        } catch (CannotRunException refused) {
            file.close();
            throw refused;
        }
    }

    @Override
    public Optional<RestoredRaftState> restore() throws IOException {
        try {
            file.rollback();
            Optional<byte[]> endpoint = file.state(SqliteFile.ENDPOINT);
            Optional<byte[]> members = file.state(SqliteFile.MEMBERS);
            Optional<byte[]> term = file.state(SqliteFile.TERM);
            if (endpoint.isEmpty() || members.isEmpty() || term.isEmpty()) {
                return Optional.empty();
            }
            List<SnapshotChunk> chunks = file.newestSnapshot(format::chunk);
            return Optional.of(new RestoredRaftState(
                    format.endpoint(endpoint.get()),
                    format.members(members.get()),
                    format.term(term.get()),
                    chunks.isEmpty() ? null : MemberDisk.snapshot(models, chunks),
                    file.entries(format::entry)));
        } catch (SQLException | IOException | IllegalArgumentException unreadable) {
            throw new IOException(file + " cannot be read", unreadable);
        }
    }

    @Override
    public void persistAndFlushLocalEndpoint(RaftEndpointPersistentState state) throws IOException {
        write(() -> file.putState(SqliteFile.ENDPOINT, format.write(state)));
        flush();
    }

    @Override
    public void persistAndFlushInitialGroupMembers(RaftGroupMembersView members) throws IOException {
        write(() -> file.putState(SqliteFile.MEMBERS, format.write(members)));
        flush();
    }

    @Override
    public void persistAndFlushTerm(RaftTermPersistentState state) throws IOException {
        write(() -> file.putState(SqliteFile.TERM, format.write(state)));
        flush();
    }

    @Override
    public void persistLogEntries(List<LogEntry> entries) throws IOException {
        write(() -> {
            for (LogEntry entry : entries) {
                file.putEntry(entry.getIndex(), format.write(entry));
            }
        });
    }

    @Override
    public void persistSnapshotChunk(SnapshotChunk chunk) throws IOException {
        write(() -> file.putChunk(
                chunk.getIndex(), chunk.getSnapshotChunkIndex(), chunk.getSnapshotChunkCount(), format.write(chunk)));
    }

    @Override
    public void truncateLogEntriesFrom(long indexInclusive) throws IOException {
        write(() -> file.deleteEntries(indexInclusive, Long.MAX_VALUE));
    }

    @Override
    public void truncateLogEntriesUntil(long indexInclusive) throws IOException {
        write(() -> {
            file.deleteEntries(0, indexInclusive);
            file.deleteSnapshotsBeforeNewest();
        });
    }

    @Override
    public void deleteSnapshotChunks(long index, int chunkCount) throws IOException {
        write(() -> file.deleteSnapshot(index));
    }

    @Override
    public void flush() throws IOException {
        write(file::commit);
    }

    /** Loses what was not flushed, as a kill does. */
    @Override
    public void close() {
        file.close();
    }

    /** One write. */
    @FunctionalInterface
    private interface Write {
        void run() throws SQLException;
    }

    private void write(Write write) throws IOException {
        if (isBroken) {
            throw new IOException(file + " has failed before");
        }
        try {
            write.run();
        } catch (SQLException failure) {
            isBroken = true;
            failed.accept(new CannotRunException(file + " cannot be written: " + failure.getMessage(), failure));
            throw new IOException(file + " cannot be written", failure);
        }
    }
}
