package dev.rafthttp.sidecar.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.FileSnapshotStore;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who keeps the file of a database, and until when. */
class ReceivedDatabasesTest {
    private static final long TERM = 7;
    private static final long INDEX = 1_200;
    private static final Message SNAPSHOT = Message.newBuilder()
            .setType(MessageType.MsgSnap)
            .setSnapshot(Snapshot.newBuilder()
                    .setMetadata(SnapshotMetadata.newBuilder().setTerm(TERM).setIndex(INDEX)))
            .build();

    @TempDir
    private Path folder;

    private ReceivedDatabases databases(RaftCallback raft) throws IOException {
        return new ReceivedDatabases(new FileSnapshotStore(folder), raft);
    }

    private static InputStream database() {
        return new ByteArrayInputStream(new byte[100]);
    }

    private static void assertGoneWithOneDelete(ReceivedDatabases databases) throws IOException {
        assertThat(databases.path(TERM, INDEX)).exists();
        assertThat(databases.delete(TERM, INDEX)).isTrue();
        assertThat(databases.path(TERM, INDEX)).doesNotExist();
        assertThat(databases.delete(TERM, INDEX)).isFalse();
    }

    @Test
    void shouldKeepTheFileUntilBothHaveDeletedItWhenTwoOfOneNameCame() throws Exception {
        ReceivedDatabases databases = databases(new RecordingCallback());
        databases.receive(SNAPSHOT, database());
        databases.receive(SNAPSHOT, database());

        assertThat(databases.delete(TERM, INDEX)).isTrue();

        assertGoneWithOneDelete(databases);
    }

    @Test
    void shouldGiveTheClaimBackWhenRaftThrowsAnError() throws Exception {
        RecordingCallback raft = new RecordingCallback().onProcess(message -> {
            throw new AssertionError("of Raft");
        });
        ReceivedDatabases databases = databases(raft);
        assertThatThrownBy(() -> databases.receive(SNAPSHOT, database())).isInstanceOf(AssertionError.class);
        assertThat(databases.path(TERM, INDEX)).doesNotExist();

        raft.onProcess(message -> {});
        databases.receive(SNAPSHOT, database());

        assertGoneWithOneDelete(databases);
    }

    @Test
    void shouldGiveTheClaimBackWhenRaftFailsLater() throws Exception {
        RecordingCallback raft = new RecordingCallback();
        raft.room().holdWhen(message -> true);
        ReceivedDatabases databases = databases(raft);
        databases.receive(SNAPSHOT, database());
        assertThat(databases.path(TERM, INDEX)).exists();

        raft.room().fail(new RejectedExecutionException("closing"));

        assertThat(databases.path(TERM, INDEX)).doesNotExist();
    }

    @Test
    void shouldGiveTheClaimBackWhenTheDatabaseThrowsAnError() throws Exception {
        ReceivedDatabases databases = databases(new RecordingCallback());
        InputStream broken = new InputStream() {
            @Override
            public int read() {
                throw new AssertionError("of the network");
            }
        };
        databases.receive(SNAPSHOT, database());
        assertThatThrownBy(() -> databases.receive(SNAPSHOT, broken)).isInstanceOf(AssertionError.class);

        assertGoneWithOneDelete(databases);
    }
}
