package dev.rafthttp.demo.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.ClusterId;
import dev.rafthttp.microraft.fixture.MicroRaftMessages;
import dev.rafthttp.microraft.fixture.TextOperations;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DiskFormatTest {
    private static final int ROUNDS = 500;

    private final long seed = System.nanoTime();
    private final MicroRaftMessages random = new MicroRaftMessages(seed);
    private final Random numbers = new Random(seed);
    private final RaftModelFactory models = new DefaultRaftModelFactory();
    private final DiskFormat format = new DiskFormat(new ClusterId(1), models, new TextOperations());

    @Test
    void shouldGiveBackAnEqualEntryWhenItIsWrittenAndRead() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            for (Object operation : List.of(random.text(), random.groupMembersUpdate(), "")) {
                LogEntry entry = random.entry(operation);
                assertEqual(format.entry(format.write(entry)), entry);
            }
        }
    }

    @Test
    void shouldGiveBackAnEqualChunkWhenItIsWrittenAndRead() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            InstallSnapshotRequest install = (InstallSnapshotRequest) random.installSnapshot(true);
            SnapshotChunk chunk = Objects.requireNonNull(install.getSnapshotChunk());
            assertEqual(format.chunk(chunk.getIndex(), chunk.getSnapshotChunkIndex(), format.write(chunk)), chunk);
            assertEqual(format.members(format.write(chunk.getGroupMembersView())), chunk.getGroupMembersView());
        }
    }

    @Test
    void shouldGiveBackAnEqualStateWhenItIsWrittenAndRead() throws IOException {
        for (int round = 0; round < ROUNDS; round++) {
            RaftTermPersistentState term = models.createRaftTermPersistentStateBuilder()
                    .setTerm(numbers.nextInt(Integer.MAX_VALUE))
                    .setVotedFor(numbers.nextBoolean() ? random.endpoint() : null)
                    .build();
            RaftEndpointPersistentState endpoint = models.createRaftEndpointPersistentStateBuilder()
                    .setLocalEndpoint(random.endpoint())
                    .setVoting(numbers.nextBoolean())
                    .build();
            assertEqual(format.term(format.write(term)), term);
            assertEqual(format.endpoint(format.write(endpoint)), endpoint);
        }
    }

    private void assertEqual(Object read, Object written) {
        assertThat(read)
                .as("seed %d", seed)
                .usingRecursiveComparison()
                .usingOverriddenEquals()
                .isEqualTo(written);
    }
}
