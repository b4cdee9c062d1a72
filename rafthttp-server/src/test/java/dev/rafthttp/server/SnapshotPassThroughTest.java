package dev.rafthttp.server;

import static dev.rafthttp.server.SnapshotPosts.MESSAGE;
import static dev.rafthttp.server.SnapshotPosts.body;
import static dev.rafthttp.server.SnapshotPosts.chunked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterId;
import dev.rafthttp.FileSnapshotStore;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.SnapshotReceiver;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.server.ScriptedPeer.Answer;
import dev.rafthttp.transport.JettyRaftTransport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A front that stores nothing, but sends each snapshot on while it comes, as the member that it is from. */
class SnapshotPassThroughTest {
    private static final byte[] DATABASE = database();
    private static final byte[] BODY = body(MESSAGE, DATABASE);

    private final ReceivingMember front = new ReceivingMember();
    private final ReceivingMember target = new ReceivingMember();
    private final JettyRaftTransport standIn = JettyRaftTransport.builder(
                    TransportConfig.builder(ReceivingMember.PEER, new ClusterId(0xcafe))
                            .build(),
                    new RecordingCallback())
            .build();

    @TempDir
    private Path folder;

    private FileSnapshotStore store;

    private static byte[] database() {
        byte[] bytes = new byte[3 << 20];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    @BeforeEach
    void start() {
        store = new FileSnapshotStore(folder);
        target.snapshots = SnapshotReceiver.storing(store, target);
        front.snapshots = (snapshot, database) -> {
            standIn.sendSnapshot(snapshot, database, -1).toCompletableFuture().get();
            return RaftCallback.TAKEN;
        };
        standIn.addPeer(ReceivingMember.ID, List.of(target.url()));
        standIn.start();
    }

    @AfterEach
    void close() {
        front.close();
        standIn.close();
        target.close();
    }

    private Answer exchange() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(front.url())) {
            peer.send(chunked().bytes());
            for (int from = 0; from < BODY.length; from += 100_000) {
                peer.sendChunk(Arrays.copyOfRange(BODY, from, Math.min(BODY.length, from + 100_000)));
            }
            peer.endBody();
            return peer.readAnswer();
        }
    }

    @Test
    void shouldArriveAsItWasSent() throws Exception {
        assertThat(exchange().status()).isEqualTo(204);

        assertThat(target.processed).containsExactly(MESSAGE);
        assertThat(store.path(6, 42)).hasBinaryContent(DATABASE);
        assertThat(front.processed).isEmpty();
    }

    @Test
    void shouldTellTheSenderWhenTheTargetSaysItWasRemoved() throws Exception {
        target.removed.add(ReceivingMember.PEER);

        Answer answer = exchange();

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).isEqualTo("cannot process message from removed member\n");
    }

    @Test
    void shouldTellTheSenderWhyWhenTheTargetFails() throws Exception {
        target.raft = message -> {
            throw new IllegalStateException("stopped");
        };

        Answer answer = exchange();

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body())
                .isEqualTo("failed to process raft message (peer 1 at " + target.url()
                        + " answered 500 \"failed to process raft message (stopped)\")\n");
    }

    @Test
    void shouldStoreNothingWhenTheSenderGoesAway() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(front.url())) {
            peer.send(chunked().bytes());
            peer.sendChunk(BODY);
        }

        await().until(() -> target.snapshotOutcomes.size() == 1 && front.snapshotOutcomes.size() == 1);

        assertThat(target.snapshotOutcomes.element()).startsWith("failed ");
        assertThat(front.snapshotOutcomes.element()).startsWith("failed ");
        assertThat(target.processed).isEmpty();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
