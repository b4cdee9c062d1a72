package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotReceiver;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.transport.JettyRaftTransport;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A transport that closes while Raft holds its threads, and what it answers while it closes and after. */
class ClosingTest {
    private static final MemberId LOCAL = new MemberId(1);
    private static final MemberId PEER = new MemberId(2);

    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger held = new AtomicInteger();
    private final AtomicInteger reported = new AtomicInteger();

    /** Lets nothing go until the test ends, whether it is interrupted or not. */
    private void hold() {
        held.incrementAndGet();
        while (released.getCount() > 0) {
            try {
                released.await();
            } catch (InterruptedException stubborn) {
                // Not even then.
                continue;
            }
        }
    }

    private final class StubbornRaft implements RaftCallback {
        @Override
        public CompletionStage<Void> process(Message message) {
            held.incrementAndGet();
            return new CompletableFuture<>();
        }

        @Override
        public boolean isIdRemoved(MemberId id) {
            return false;
        }

        @Override
        public void reportUnreachable(MemberId id) {
            hold();
        }

        @Override
        public void reportSnapshot(MemberId id, SnapshotStatus status) {
            hold();
            reported.incrementAndGet();
        }

        @Override
        public void reportRemoved(RemovedMemberException cause) {
            hold();
        }
    }

    /** A database that is neither read to its end nor closed. */
    private final class StubbornDatabase extends InputStream {
        @Override
        public int read() {
            hold();
            return -1;
        }

        @Override
        public void close() {
            hold();
        }
    }

    @AfterEach
    void release() {
        released.countDown();
    }

    private static TransportConfig config() {
        return TransportConfig.builder(LOCAL, new ClusterId(0xcafe))
                .closeTimeout(Duration.ofSeconds(1))
                .probeInterval(Duration.ofMinutes(10))
                .build();
    }

    private static Message.Builder message(MessageType type) {
        return Message.newBuilder()
                .setType(type)
                .setFrom(PEER.value())
                .setTo(LOCAL.value())
                .setTerm(1);
    }

    private static Message snapshot() {
        return message(MessageType.MsgSnap)
                .setFrom(LOCAL.value())
                .setTo(PEER.value())
                .build();
    }

    @Test
    void shouldCloseWithinItsTimeAndReportEverySnapshotOnceWhenEveryThreadIsHeld() throws Exception {
        JettyRaftTransport transport = JettyRaftTransport.builder(config(), new StubbornRaft())
                .listen("127.0.0.1", 0)
                .build();
        transport.addPeer(PEER, List.of(FreeUrls.next()));
        transport.start();
        URI url = transport.urls().get(0);
        try (Socket post = new Socket(url.getHost(), url.getPort())) {
            post.getOutputStream().write(post(message(MessageType.MsgHeartbeat).build()));
            transport.sendSnapshot(snapshot(), new StubbornDatabase(), -1);
            // More than there are threads, so that some wait for one.
            int snapshots = 250;
            for (int i = 0; i < snapshots; i++) {
                transport.send(snapshot());
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> held.get() >= 150);

            // Ten seconds and more on a busy machine; without a limit for each part, until the test releases them.
            assertThat(CompletableFuture.runAsync(transport::close)).succeedsWithin(Duration.ofSeconds(60));

            released.countDown();
            await().atMost(Duration.ofSeconds(30)).until(() -> reported.get() >= snapshots + 1);
            assertThat(reported.get()).isEqualTo(snapshots + 1);
        }
    }

    private static byte[] request(String line, byte[] body) {
        String head = line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + Protocol.SERVER_FROM + ": 2\r\n"
                + Protocol.RAFT_TO + ": 1\r\n" + Protocol.CLUSTER_ID + ": cafe\r\n" + Protocol.SERVER_VERSION
                + ": 3.6.0\r\n" + Protocol.MIN_CLUSTER_VERSION + ": 3.0.0\r\nContent-Type: "
                + Protocol.PROTOBUF + "\r\nContent-Length: " + body.length + "\r\n\r\n";
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(body);
        return all.toByteArray();
    }

    private static byte[] post(Message m) {
        return request("POST " + Protocol.PIPELINE_PATH, m.toByteArray());
    }

    private static byte[] postSnapshot() {
        byte[] encoded = message(MessageType.MsgSnap).build().toByteArray();
        return request(
                "POST " + Protocol.SNAPSHOT_PATH,
                ByteBuffer.allocate(Long.BYTES + encoded.length + 4)
                        .putLong(encoded.length)
                        .put(encoded)
                        .array());
    }

    private static String answerTo(URI url, byte[] request) throws Exception {
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            return answer.substring("HTTP/1.1 ".length(), answer.indexOf('\r'));
        }
    }

    /** As a node's inbox does that is full, and is closed before the transport. */
    private static final class FullRaft implements RaftCallback {
        private final Queue<CompletableFuture<Void>> waiting = new ConcurrentLinkedQueue<>();

        void close() {
            waiting.forEach(each -> each.completeExceptionally(new RejectedExecutionException("closed")));
        }

        @Override
        public CompletionStage<Void> process(Message message) {
            CompletableFuture<Void> taken = new CompletableFuture<>();
            waiting.add(taken);
            return taken;
        }

        @Override
        public boolean isIdRemoved(MemberId id) {
            return false;
        }

        @Override
        public void reportUnreachable(MemberId id) {
            // Nobody is there to be dialled.
        }

        @Override
        public void reportSnapshot(MemberId id, SnapshotStatus status) {
            // None is sent.
        }

        @Override
        public void reportRemoved(RemovedMemberException cause) {
            throw new AssertionError("nobody was removed", cause);
        }
    }

    @Test
    void shouldWriteTheAnswersOfPostsBeforeItClosesTheirConnections() throws Exception {
        FullRaft raft = new FullRaft();
        JettyRaftTransport transport = JettyRaftTransport.builder(config(), raft)
                .listen("127.0.0.1", 0)
                .build();
        transport.start();
        URI url = transport.urls().get(0);
        int posts = 100;
        List<Socket> senders = new ArrayList<>();
        try (transport) {
            for (int i = 0; i < posts; i++) {
                Socket sender = new Socket(url.getHost(), url.getPort());
                senders.add(sender);
                sender.setSoTimeout(20_000);
                sender.getOutputStream()
                        .write(post(message(MessageType.MsgHeartbeat).build()));
            }
            await().atMost(Duration.ofSeconds(30)).until(() -> raft.waiting.size() == posts);

            raft.close();
            transport.close();

            for (Socket sender : senders) {
                assertThat(new String(sender.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 503 ")
                        .endsWith("closing, takes no raft message\n");
            }
        } finally {
            for (Socket sender : senders) {
                sender.close();
            }
        }
    }

    /** In a server of the user's, which outlives the transport. */
    @Test
    void shouldAnswer503ToStreamsPostsAndSnapshotsWhileItClosesAndAfter() throws Exception {
        JettyRaftTransport transport = JettyRaftTransport.builder(config(), new StubbornRaft())
                .snapshotReceiver(SnapshotReceiver.NONE)
                .build();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        transport.mountOn(context);
        server.setHandler(context);
        server.start();
        URI url = URI.create("http://127.0.0.1:" + connector.getLocalPort());
        try {
            transport.addPeer(PEER, List.of(FreeUrls.next()));
            transport.start();
            // The report keeps the transport closing until it is released.
            transport.send(snapshot());
            await().until(() -> held.get() > 0);
            assertThat(answerTo(url, postSnapshot())).doesNotStartWith("503");
            CompletableFuture<Void> closing = CompletableFuture.runAsync(transport::close);
            // Not by a message, which Raft would hold if it came first.
            await().until(() -> answerTo(url, postSnapshot()).startsWith("503"));

            assertAll503(url);
            closing.get(60, TimeUnit.SECONDS);
            assertAll503(url);
            transport.removePeer(PEER);
            assertAll503(url);
        } finally {
            released.countDown();
            server.stop();
        }
    }

    private static void assertAll503(URI url) throws Exception {
        assertThat(List.of(
                        answerTo(url, request("POST " + Protocol.PUSH_MESSAGE_PATH, new byte[0])),
                        answerTo(url, request("GET /raft/stream/message/2", new byte[0])),
                        answerTo(url, request("GET /raft/stream/msgapp/2", new byte[0])),
                        answerTo(url, post(message(MessageType.MsgHeartbeat).build())),
                        answerTo(url, postSnapshot())))
                .allSatisfy(status -> assertThat(status).startsWith("503"));
    }
}
