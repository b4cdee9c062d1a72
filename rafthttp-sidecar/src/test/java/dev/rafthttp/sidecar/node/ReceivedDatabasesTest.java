package dev.rafthttp.sidecar.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.FileSnapshotStore;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
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

    /** Takes every message. */
    private static class Raft implements RaftCallback {
        @Override
        public void process(Message message) {}

        @Override
        public boolean isIdRemoved(MemberId id) {
            return false;
        }

        @Override
        public void reportUnreachable(MemberId id) {}

        @Override
        public void reportSnapshot(MemberId id, SnapshotStatus status) {}

        @Override
        public void reportRemoved(RemovedMemberException cause) {}
    }

    private ReceivedDatabases databases(Raft raft) throws IOException {
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
        ReceivedDatabases databases = databases(new Raft());
        databases.receive(SNAPSHOT, database());
        databases.receive(SNAPSHOT, database());

        assertThat(databases.delete(TERM, INDEX)).isTrue();

        assertGoneWithOneDelete(databases);
    }

    @Test
    void shouldGiveTheClaimBackWhenRaftThrowsAnError() throws Exception {
        ReceivedDatabases databases = databases(new Raft() {
            private boolean hasThrown;

            @Override
            public void process(Message message) {
                if (!hasThrown) {
                    hasThrown = true;
                    throw new AssertionError("of Raft");
                }
            }
        });
        assertThatThrownBy(() -> databases.receive(SNAPSHOT, database())).isInstanceOf(AssertionError.class);
        assertThat(databases.path(TERM, INDEX)).doesNotExist();

        databases.receive(SNAPSHOT, database());

        assertGoneWithOneDelete(databases);
    }

    @Test
    void shouldGiveTheClaimBackWhenTheDatabaseThrowsAnError() throws Exception {
        ReceivedDatabases databases = databases(new Raft());
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
