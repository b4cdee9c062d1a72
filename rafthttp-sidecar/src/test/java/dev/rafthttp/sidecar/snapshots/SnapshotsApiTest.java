package dev.rafthttp.sidecar.snapshots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.FileSnapshotStore;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.coupling.StreamControl;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.events.MemberNames;
import dev.rafthttp.sidecar.events.NodeEvents;
import dev.rafthttp.sidecar.http.ApiServer;
import dev.rafthttp.sidecar.messages.Outgoing;
import dev.rafthttp.sidecar.peers.NodePeer;
import dev.rafthttp.sidecar.peers.Peers;
import dev.rafthttp.sidecar.peers.RemovedMembers;
import dev.rafthttp.sidecar.tap.Tap;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code POST /v1/snapshots}, over HTTP, before a transport that does what a test says. */
class SnapshotsApiTest {
    private static final MemberId A = MemberId.parse("a");
    private static final MemberId B = MemberId.parse("b");

    private final URI url = FreeUrls.next();
    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private volatile Supplier<Object> sending = () -> {
        throw new AssertionError("nothing is to be sent");
    };

    private SnapshotsApi api;
    private ApiServer server;

    @BeforeEach
    void start() throws Exception {
        RaftTransport transport = doing(RaftTransport.class);
        MemberNames names = new MemberNames(Map.of());
        NodeEvents events = new NodeEvents(new EventLog(), A, names);
        Peers peers = new Peers(
                transport,
                A,
                ClusterId.parse("cafe"),
                Dialect.PUSH,
                new RemovedMembers(),
                List.of(new NodePeer(B, List.of(FreeUrls.next()), Dialect.PUSH)),
                folder);
        Outgoing outgoing = new Outgoing(A, peers, doing(StreamControl.class), events, new Tap(), 64 << 20);
        ReceivedDatabases databases =
                new ReceivedDatabases(new FileSnapshotStore(folder.resolve("databases")), doing(RaftCallback.class));
        api = new SnapshotsApi(transport, outgoing, events, databases);
        server = new ApiServer(url, Optional.empty(), api);
        server.start();
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** Does nothing, but for what is to be sent. */
    private <T> T doing(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, given) -> method.getName().equals("sendSnapshot") ? sending.get() : null));
    }

    private int post() throws Exception {
        byte[] message = Message.newBuilder()
                .setType(MessageType.MsgSnap)
                .setFrom(A.value())
                .setTo(B.value())
                .setSnapshot(Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder().setTerm(7).setIndex(9)))
                .build()
                .toByteArray();
        byte[] body = ByteBuffer.allocate(Long.BYTES + message.length)
                .putLong(message.length)
                .put(message)
                .array();
        return http.send(
                        HttpRequest.newBuilder(url.resolve(SnapshotsApi.PATH))
                                .header("Content-Type", "application/octet-stream")
                                .POST(BodyPublishers.ofByteArray(body))
                                .build(),
                        BodyHandlers.ofString())
                .statusCode();
    }

    private void assertNoPlaceIsLost() throws Exception {
        for (int i = 0; i <= SnapshotsApi.MAX_SENDING; i++) {
            assertThat(post()).as("of post %d", i).isNotEqualTo(503);
        }
        // The answer may come first.
        await().untilAsserted(() -> assertThat(api.underWay()).isZero());
    }

    @Test
    void shouldHaveItsPlaceBackWhenTheTransportThrows() throws Exception {
        sending = () -> {
            throw new IllegalStateException("of the transport");
        };

        assertNoPlaceIsLost();
    }

    @Test
    void shouldHaveItsPlaceBackWhenTheTransportThrowsAnError() throws Exception {
        sending = () -> {
            throw new AssertionError("of the transport");
        };

        assertNoPlaceIsLost();
    }

    @Test
    void shouldHaveItsPlaceBackWhenTheSendingFails() throws Exception {
        sending = () -> CompletableFuture.failedFuture(new IllegalStateException("of the peer"));

        assertNoPlaceIsLost();
    }
}
