package dev.rafthttp.demo.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.microraft.fixture.TextOperations;
import dev.rafthttp.options.CannotRunException;
import io.microraft.model.log.LogEntry;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteDiskTest extends MemberDiskTest {
    private static final ClusterId CLUSTER = new ClusterId(0xabc);
    private static final MemberId ONE = new MemberId(1);

    @TempDir
    private Path folder;

    private final List<SqliteDisk> disks = new ArrayList<>();
    private final List<CannotRunException> failures = new ArrayList<>();

    @Override
    MemberDisk newDisk() {
        return open(data());
    }

    @AfterEach
    void close() {
        disks.forEach(SqliteDisk::close);
    }

    @Test
    void shouldRestoreWhatWasFlushedWhenItIsOpenedAgain() throws IOException {
        SqliteDisk before = written();
        before.close();

        assertRestored(open(data()));
    }

    @Test
    void shouldRestoreWhatWasFlushedWhenTheProcessWasKilled() throws IOException {
        written();
        // What a kill leaves is what is in the files while the disk is open.
        Path left = Files.createDirectory(folder.resolve("left"));
        try (Stream<Path> files = Files.list(data())) {
            for (Path file : files.toList()) {
                Files.copy(file, left.resolve(file.getFileName()));
            }
        }

        assertRestored(open(left));
    }

    @Test
    void shouldSayWhoseItIsWhenItIsAnotherMembers() {
        disks.get(0).close();

        assertThatThrownBy(() -> open(data(), CLUSTER, new MemberId(2)))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining(data().toString())
                .hasMessageContaining("member 1 in cluster abc")
                .hasMessageContaining("expected member 2 in cluster abc");
        assertThatThrownBy(() -> open(data(), new ClusterId(0xdef), ONE)).hasMessageContaining("in cluster def");
        assertThat(open(data()).toString()).as("its owner still can").isNotEmpty();
    }

    @Test
    void shouldRefuseWhenAnotherHasItOpen() {
        assertThatThrownBy(() -> open(data()))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining(data().toString())
                .hasMessageContaining("another process");
    }

    @Test
    void shouldNameTheFolderWhenItCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> open(file.resolve("data")))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining(file.resolve("data").toString());
    }

    @Test
    void shouldSaySoWhenTheFileIsNoDatabase() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.writeString(other.resolve("raft.db"), "not a database, and long enough to be read as one".repeat(10));

        assertThatThrownBy(() -> open(other))
                .isInstanceOf(CannotRunException.class)
                .hasMessageContaining("not a database");
    }

    @Test
    void shouldTakeNothingMoreWhenAWriteHasFailed() throws IOException {
        SqliteDisk disk = written();
        disk.close();

        assertThatThrownBy(() -> disk.persistLogEntries(entries(6, 6))).isInstanceOf(IOException.class);
        assertThatThrownBy(disk::flush).isInstanceOf(IOException.class).hasMessageContaining("has failed before");
        assertThat(failures)
                .singleElement()
                .satisfies(failure -> assertThat(failure).hasMessageContaining("cannot be written"));
    }

    private SqliteDisk written() throws IOException {
        begin();
        SqliteDisk disk = disks.get(0);
        disk.persistLogEntries(entries(1, 5));
        disk.persistSnapshotChunk(chunk(2, 0, 1));
        disk.flush();
        disk.persistLogEntries(entries(6, 9));
        return disk;
    }

    private static void assertRestored(SqliteDisk disk) throws IOException {
        RestoredRaftState state = disk.restore().orElseThrow();
        assertThat(state.getLogEntries()).extracting(LogEntry::getIndex).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(state.getSnapshotEntry())
                .isNotNull()
                .satisfies(snapshot -> assertThat(snapshot.getIndex()).isEqualTo(2));
        assertThat(state.getTermPersistentState().getTerm()).isEqualTo(1);
    }

    private Path data() {
        return folder.resolve("data");
    }

    private SqliteDisk open(Path data) {
        return open(data, CLUSTER, ONE);
    }

    private SqliteDisk open(Path data, ClusterId cluster, MemberId member) {
        SqliteDisk disk = SqliteDisk.open(data, cluster, member, models, new TextOperations(), failures::add);
        disks.add(disk);
        return disk;
    }
}
