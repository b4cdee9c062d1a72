package dev.rafthttp.demo.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.microraft.MemberEndpoint;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.log.SnapshotEntry;
import io.microraft.persistence.RestoredRaftState;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every kind of disk promises. */
abstract class MemberDiskTest {
    static final RaftEndpoint MEMBER = MemberEndpoint.of(1);

    final RaftModelFactory models = new DefaultRaftModelFactory();
    private final RaftGroupMembersView members = models.createRaftGroupMembersViewBuilder()
            .setLogIndex(0)
            .setMembers(List.of(MEMBER))
            .setVotingMembers(List.of(MEMBER))
            .build();
    private MemberDisk disk;

    /** A disk that nothing was ever written to. */
    abstract MemberDisk newDisk();

    @BeforeEach
    void open() {
        disk = newDisk();
    }

    @Test
    void shouldRestoreNothingWhenTheDiskIsNew() throws IOException {
        assertThat(disk.restore()).isEmpty();
    }

    @Test
    void shouldForgetWhatWasNotFlushedWhenAMemberComesBack() throws IOException {
        begin();
        disk.persistLogEntries(entries(1, 10));
        disk.flush();
        disk.truncateLogEntriesFrom(5);
        disk.persistLogEntries(entries(5, 20));

        assertThat(restored()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);

        disk.flush();
        assertThat(restored()).as("nothing comes later").hasSize(10);
    }

    @Test
    void shouldReplaceWhatWasTruncatedWhenEntriesAreWrittenAnew() throws IOException {
        begin();
        disk.persistLogEntries(entries(1, 10));
        disk.truncateLogEntriesFrom(4);
        disk.persistLogEntries(entries(4, 5));
        disk.flush();

        assertThat(restored()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void shouldRestoreTheNewestSnapshotThatIsWholeWhenAnotherHasBegun() throws IOException {
        begin();
        disk.persistSnapshotChunk(chunk(10, 0, 1));
        disk.persistSnapshotChunk(chunk(20, 1, 2));
        disk.persistSnapshotChunk(chunk(20, 0, 2));
        disk.persistSnapshotChunk(chunk(30, 0, 2));
        disk.flush();

        SnapshotEntry snapshot = restoredSnapshot();

        assertThat(snapshot.getIndex()).isEqualTo(20);
        assertThat((List<?>) snapshot.getOperation())
                .extracting(chunk -> ((SnapshotChunk) chunk).getSnapshotChunkIndex())
                .containsExactly(0, 1);
    }

    @Test
    void shouldKeepTheSnapshotWhenTheLogBeforeItIsTruncated() throws IOException {
        begin();
        disk.persistLogEntries(entries(1, 30));
        disk.persistSnapshotChunk(chunk(10, 0, 1));
        disk.persistSnapshotChunk(chunk(20, 0, 1));
        disk.truncateLogEntriesUntil(18);
        disk.flush();

        assertThat(restoredSnapshot().getIndex()).isEqualTo(20);
        assertThat(restored()).startsWith(19L).endsWith(30L);
    }

    @Test
    void shouldForgetASnapshotWhenItsChunksAreDeleted() throws IOException {
        begin();
        disk.persistSnapshotChunk(chunk(10, 0, 2));
        disk.deleteSnapshotChunks(10, 2);
        disk.persistSnapshotChunk(chunk(10, 1, 2));
        disk.flush();

        assertThat(disk.restore().orElseThrow().getSnapshotEntry()).isNull();
    }

    @Test
    void shouldRestoreTheVoteAtOnceWhenItWasPersisted() throws IOException {
        begin();
        disk.persistAndFlushTerm(models.createRaftTermPersistentStateBuilder()
                .setTerm(7)
                .setVotedFor(MEMBER)
                .build());

        RestoredRaftState state = disk.restore().orElseThrow();

        assertThat(state.getTermPersistentState().getTerm()).isEqualTo(7);
        assertThat(state.getTermPersistentState().getVotedFor()).isEqualTo(MEMBER);
    }

    final void begin() throws IOException {
        disk.persistAndFlushLocalEndpoint(models.createRaftEndpointPersistentStateBuilder()
                .setLocalEndpoint(MEMBER)
                .setVoting(true)
                .build());
        disk.persistAndFlushInitialGroupMembers(members);
        disk.persistAndFlushTerm(models.createRaftTermPersistentStateBuilder()
                .setTerm(1)
                .setVotedFor(null)
                .build());
    }

    @Test
    void shouldForgetTheVoteWhenANewTermBegins() throws IOException {
        begin();
        disk.persistAndFlushTerm(models.createRaftTermPersistentStateBuilder()
                .setTerm(7)
                .setVotedFor(MEMBER)
                .build());
        disk.persistAndFlushTerm(models.createRaftTermPersistentStateBuilder()
                .setTerm(8)
                .setVotedFor(null)
                .build());
        disk.persistLogEntries(entries(1, 3));
        disk.flush();

        RestoredRaftState state = disk.restore().orElseThrow();

        assertThat(state.getTermPersistentState().getTerm()).isEqualTo(8);
        assertThat(state.getTermPersistentState().getVotedFor()).isNull();
        assertThat(state.getLogEntries()).hasSize(3);
        assertThat(state.getLocalEndpointPersistentState().getLocalEndpoint()).isEqualTo(MEMBER);
        assertThat(state.getInitialGroupMembers().getMembers()).containsExactly(MEMBER);
    }

    private List<Long> restored() throws IOException {
        return disk.restore().orElseThrow().getLogEntries().stream()
                .map(LogEntry::getIndex)
                .toList();
    }

    private SnapshotEntry restoredSnapshot() throws IOException {
        SnapshotEntry snapshot = disk.restore().orElseThrow().getSnapshotEntry();
        return Objects.requireNonNull(snapshot, "no snapshot was restored");
    }

    final List<LogEntry> entries(long from, long to) {
        return LongStream.rangeClosed(from, to)
                .mapToObj(index -> models.createLogEntryBuilder()
                        .setIndex(index)
                        .setTerm(1)
                        .setOperation("operation")
                        .build())
                .toList();
    }

    final SnapshotChunk chunk(long index, int chunkIndex, int count) {
        return models.createSnapshotChunkBuilder()
                .setIndex(index)
                .setTerm(1)
                .setOperation("chunk")
                .setSnapshotChunkIndex(chunkIndex)
                .setSnapshotChunkCount(count)
                .setGroupMembersView(members)
                .build();
    }
}
