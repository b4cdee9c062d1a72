package dev.rafthttp.server;

import static dev.rafthttp.server.SnapshotPosts.MESSAGE;
import static dev.rafthttp.server.SnapshotPosts.body;
import static dev.rafthttp.server.SnapshotPosts.withLength;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.FileSnapshotStore;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.SnapshotReceiver;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may be silent, and who may not, in a server whose connections may be idle for 200 ms. */
class SnapshotIdleTest {
    private static final int IDLE_MILLIS = 200;
    private static final byte[] BODY = body(MESSAGE, new byte[100_000]);

    private final ReceivingMember member = new ReceivingMember();
    private final Server server = new Server();

    @TempDir
    private Path folder;

    private URI url = URI.create("http://127.0.0.1");

    @BeforeEach
    void start() throws Exception {
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setIdleTimeout(IDLE_MILLIS);
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        member.servlets().addTo(context);
        server.setHandler(context);
        server.start();
        url = URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    @AfterEach
    void close() throws Exception {
        server.stop();
        member.close();
    }

    @Test
    void shouldAnswerWhenStoringTakesLongerThanAConnectionMayBeIdle() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        member.snapshots = (snapshot, database) -> {
            database.readAllBytes();
            assertThat(never.await(4 * IDLE_MILLIS, TimeUnit.MILLISECONDS)).isFalse();
            return RaftCallback.TAKEN;
        };
        try (ScriptedPeer peer = new ScriptedPeer(url)) {
            peer.send(withLength(BODY.length).bytes());
            peer.send(BODY);

            assertThat(peer.readAnswer().status()).isEqualTo(204);
        }
    }

    @Test
    void shouldStoreNothingWhenTheSenderFallsSilent() throws Exception {
        member.snapshots = SnapshotReceiver.storing(new FileSnapshotStore(folder), member);
        try (ScriptedPeer peer = new ScriptedPeer(url)) {
            peer.send(withLength(BODY.length).bytes());
            peer.send(Arrays.copyOf(BODY, BODY.length - 1));

            await().until(() -> member.snapshotOutcomes.size() == 1);
        }
        assertThat(member.snapshotOutcomes.element()).startsWith("failed ");
        assertThat(member.processed).isEmpty();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
