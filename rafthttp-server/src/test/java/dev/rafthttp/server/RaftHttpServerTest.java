package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.fixture.VirtualScheduler;
import dev.rafthttp.server.ScriptedPeer.Request;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RaftHttpServerTest {
    private static final TransportConfig CONFIG = TransportConfig.builder(new MemberId(1), new ClusterId(0xcafe))
            .closeTimeout(Duration.ofSeconds(2))
            .build();

    private final QueuedThreadPool threads = new QueuedThreadPool();
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final ReceivingMember member = new ReceivingMember(builder -> builder.closeTimeout(Duration.ofSeconds(2)));

    @BeforeEach
    void start() {
        LifeCycle.start(threads);
    }

    @AfterEach
    void close() {
        member.close();
        LifeCycle.stop(threads);
    }

    private RaftHttpServer server(InetSocketAddress... addresses) {
        return new RaftHttpServer(CONFIG, member.servlets(), threads, scheduler, Optional.empty(), List.of(addresses));
    }

    private static InetSocketAddress free() {
        return new InetSocketAddress("127.0.0.1", 0);
    }

    @Test
    void shouldListenAtEveryAddressAndNameThePortsTaken() throws Exception {
        try (RaftHttpServer server = server(free(), free())) {
            server.bind();
            server.start();

            assertThat(server.urls()).hasSize(2).doesNotHaveDuplicates();
            for (URI url : server.urls()) {
                assertThat(url.getHost()).isEqualTo("127.0.0.1");
                new Socket(url.getHost(), url.getPort()).close();
            }
        }
    }

    @Test
    void shouldDoNothingWhenThereIsNoAddress() {
        try (RaftHttpServer server = server()) {
            int before = threads.getBusyThreads();
            server.bind();
            server.start();

            assertThat(server.urls()).isEmpty();
            assertThat(threads.getBusyThreads()).isEqualTo(before);
        }
    }

    @Test
    void shouldNameTheAddressAndListenNowhereWhenOneIsTaken() throws Exception {
        int port = FreeUrls.next().getPort();
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(free());
            InetSocketAddress first = new InetSocketAddress("127.0.0.1", port);
            InetSocketAddress second = new InetSocketAddress("127.0.0.1", taken.getLocalPort());
            RaftHttpServer server = server(first, second);

            assertThatThrownBy(server::bind)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("cannot listen at 127.0.0.1:" + taken.getLocalPort() + ": Address already in use");

            assertThat(server.urls()).isEmpty();
            new ServerSocket(port).close();
        }
    }

    @Test
    void shouldNameTheAddressWhenItsHostIsUnknown() {
        RaftHttpServer server = server(InetSocketAddress.createUnresolved("no-such-host.invalid", 1));

        assertThatThrownBy(server::bind)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no-such-host.invalid:1");
    }

    @Test
    void shouldCutStreamsWhenClosed() throws Exception {
        ScriptedPeer peer = ScriptedPeer.onStream(member, StreamType.MESSAGE);
        member.close();
        assertThat(peer.isCut()).isTrue();
        peer.close();
    }

    @Test
    void shouldCloseInTimeWhenRaftHoldsUpStreamsAndPosts() throws Exception {
        member.room.holdWhen(message -> true);
        Frames frames = new Frames(StreamType.MESSAGE);
        Frames apps = new Frames(StreamType.MSGAPP);
        byte[] body = frames.message(1).toByteArray();
        try (ScriptedPeer messages = ScriptedPeer.onStream(member, StreamType.MESSAGE);
                ScriptedPeer msgApps = ScriptedPeer.onStream(member, StreamType.MSGAPP);
                ScriptedPeer post = new ScriptedPeer(member.url())) {
            messages.sendChunk(frames.of(frames.message(1)));
            msgApps.sendChunk(apps.of(apps.message(1)));
            post.send(Request.post(body.length).bytes());
            post.send(body);
            await().until(() -> member.room.held() == 3);

            CompletableFuture<Void> closed = CompletableFuture.runAsync(member::closeServer);

            assertThat(messages.isCut()).isTrue();
            assertThat(msgApps.isCut()).isTrue();
            closed.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldServeFromAUsersOwnServer() throws Exception {
        Server jetty = new Server();
        ServerConnector connector = new ServerConnector(jetty);
        jetty.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        member.servlets().addTo(context);
        jetty.setHandler(context);
        jetty.start();
        try {
            URI url = URI.create("http://127.0.0.1:" + connector.getLocalPort());
            Frames frames = new Frames(StreamType.MSGAPP);
            try (ScriptedPeer peer = new ScriptedPeer(url)) {
                peer.send(Request.stream(StreamType.MSGAPP).bytes());
                assertThat(peer.readHead().status()).isEqualTo(100);
                assertThat(peer.readHead().status()).isEqualTo(200);
                peer.sendChunk(frames.of(frames.message(1)));
                peer.readAcksUpTo(1);
            }
        } finally {
            jetty.stop();
        }
    }

    @Test
    void shouldCloseMoreThanOnce() {
        RaftHttpServer server = server(free());
        server.bind();
        server.start();
        server.close();
        server.close();
        assertThat(server.urls()).isEmpty();
    }
}
