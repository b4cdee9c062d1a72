package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SnapshotReceiverTest {
    private static final Message SNAPSHOT = Message.newBuilder()
            .setType(MessageType.MsgSnap)
            .setSnapshot(Snapshot.newBuilder()
                    .setMetadata(SnapshotMetadata.newBuilder().setTerm(6).setIndex(42)))
            .build();

    private final List<String> steps = new ArrayList<>();
    private final RecordingCallback raft = new RecordingCallback().onProcess(message -> steps.add("process"));

    private SnapshotStore store(@Nullable IOException failure) {
        return new SnapshotStore() {
            @Override
            public long save(long term, long index, InputStream database) throws IOException {
                steps.add("save " + term + " " + index + " " + database.readAllBytes().length);
                if (failure != null) {
                    throw failure;
                }
                return 0;
            }

            @Override
            public InputStream open(long term, long index) {
                throw new AssertionError("nothing is to be read again");
            }
        };
    }

    private static InputStream database() {
        return new ByteArrayInputStream(new byte[7]);
    }

    @Test
    void shouldGiveTheMessageToRaftWhenTheDatabaseIsStored() throws Exception {
        SnapshotReceiver.storing(store(null), raft).receive(SNAPSHOT, database());

        assertThat(steps).containsExactly("save 6 42 7", "process");
        assertThat(raft.processed()).containsExactly(SNAPSHOT);
    }

    @Test
    void shouldKeepTheMessageFromRaftWhenTheDatabaseIsNotStored() {
        IOException full = new IOException("disk full");

        assertThatThrownBy(() -> SnapshotReceiver.storing(store(full), raft).receive(SNAPSHOT, database()))
                .isInstanceOf(SnapshotStoreException.class)
                .hasMessage("disk full")
                .hasCause(full);

        assertThat(raft.processed()).isEmpty();
    }

    @Test
    void shouldPassOnWhatRaftThrewWhenItDoesNotTakeTheMessage() {
        raft.onProcess(message -> {
            throw new IllegalStateException("stopped");
        });

        assertThatThrownBy(() -> SnapshotReceiver.storing(store(null), raft).receive(SNAPSHOT, database()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("stopped");
    }

    @Test
    void shouldSayThatNothingIsStoredWhenThereIsNoStore() {
        assertThatThrownBy(() -> SnapshotReceiver.NONE.receive(SNAPSHOT, database()))
                .isInstanceOf(SnapshotStoreException.class)
                .hasMessage("snapshots are not stored here");
    }
}
