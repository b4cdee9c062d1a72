package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.fixture.RecordingCallback.SnapshotReport;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.http.ApiToken;
import dev.rafthttp.sidecarclient.SidecarClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The client for nodes in Java, at two sidecars; that of b wants a token. */
class SidecarClientTest extends SidecarFixture {
    private static final ClusterId CLUSTER = ClusterId.parse("cafe");

    private final RecordingCallback raftA = new RecordingCallback();
    private final RecordingCallback raftB = new RecordingCallback();
    private final byte[] database = new byte[3 << 20];
    private Sidecar sidecarA;
    private SidecarClient a;
    private SidecarClient b;

    @BeforeEach
    void start() throws IOException {
        new Random(20261130).nextBytes(database);
        ApiToken token = ApiToken.read(Files.writeString(folder.resolve("token"), "secret\n"));
        sidecarA = a();
        start(Sidecars.options(
                Sidecars.B, peerB, Sidecars.A, peerA, nodeB, folder, Optional.empty(), Optional.of(token)));
        a = started(client(nodeA, Sidecars.A, raftA));
        b = started(client(nodeB, Sidecars.B, raftB).token("secret"));
        await().until(() ->
                a.isConnected() && b.isConnected() && a.isReachable(Sidecars.B) && b.isReachable(Sidecars.A));
    }

    @Test
    void shouldCarryMessagesInOrderWhenTwoNodesHaveAClientEach() {
        List<Message> messages =
                LongStream.rangeClosed(1, 1000).mapToObj(Sidecars::message).toList();

        messages.forEach(a::send);

        await().until(() -> raftB.processed().size() == messages.size());
        assertThat(raftB.processed()).isEqualTo(messages);
        assertThat(a.dropped()).isZero();
    }

    @Test
    void shouldCarryADatabaseAndTellItsEndWhenASnapshotIsSent() throws Exception {
        a.sendSnapshot(snapshot(Sidecars.B), new ByteArrayInputStream(database));

        await().until(() -> raftB.processed().size() == 1);
        assertThat(raftB.processed()).containsExactly(snapshot(Sidecars.B));
        try (InputStream received = b.readSnapshot(7, 1200)) {
            assertThat(received.readAllBytes()).isEqualTo(database);
        }
        await().until(() -> !raftA.snapshots().isEmpty());
        assertThat(raftA.snapshots()).containsExactly(new SnapshotReport(Sidecars.B, SnapshotStatus.FINISH));
        assertThat(b.deleteSnapshot(7, 1200)).isTrue();
        assertThat(b.deleteSnapshot(7, 1200)).isFalse();
        assertThatThrownBy(() -> b.readSnapshot(7, 1200))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it answered 404")
                .hasMessageContaining("7-1200");
    }

    @Test
    void shouldSayWhyAndTellOfNoEndWhenASnapshotIsToNobody() {
        assertThatThrownBy(() -> a.sendSnapshot(snapshot(MemberId.parse("c")), new ByteArrayInputStream(database)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it answered 404")
                .hasMessageContaining("unknown_peer");
        assertThat(raftA.snapshots()).isEmpty();
    }

    @Test
    void shouldReachNobodyWhenItsSidecarHasEnded() {
        sidecarA.close();

        await().until(() -> !a.isConnected() && !a.isReachable(Sidecars.B));
        a.send(Sidecars.message(1));
        assertThat(a.dropped()).isEqualTo(1);
        assertThatThrownBy(a::status).isInstanceOf(IOException.class);
    }

    @Test
    void shouldSayWhoItIsWhenAsked() throws Exception {
        assertThat(a.status().member()).isEqualTo(Sidecars.A);
        assertThat(a.status().cluster()).isEqualTo(CLUSTER);
        assertThat(a.status().active()).containsExactly(Sidecars.B);
    }

    private static SidecarClient.Builder client(URI node, MemberId member, RecordingCallback raft) {
        return SidecarClient.builder(node, member, CLUSTER, raft);
    }

    private SidecarClient started(SidecarClient.Builder builder) {
        SidecarClient client = builder.build();
        running.add(0, client);
        client.start();
        return client;
    }

    private static Message snapshot(MemberId to) {
        Message.Builder message = Sidecars.message(0).toBuilder()
                .setType(MessageType.MsgSnap)
                .clearIndex()
                .setTo(to.value());
        message.getSnapshotBuilder().getMetadataBuilder().setTerm(7).setIndex(1200);
        return message.build();
    }
}
