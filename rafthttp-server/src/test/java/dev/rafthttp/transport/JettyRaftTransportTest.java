package dev.rafthttp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.server.RaftHttpServer;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class JettyRaftTransportTest {
    private static final TransportConfig CONFIG = TransportConfig.builder(new MemberId(1), new ClusterId(0xcafe))
            .closeTimeout(Duration.ofSeconds(2))
            .build();

    private static ServerSocket listening() throws Exception {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    private static JettyRaftTransport.Builder builder() {
        return JettyRaftTransport.builder(CONFIG, new RecordingCallback());
    }

    @Test
    void shouldDialNobodyWhenItsAddressIsTaken() throws Exception {
        try (ServerSocket taken = listening();
                ServerSocket peer = listening();
                JettyRaftTransport second =
                        builder().listen("127.0.0.1", taken.getLocalPort()).build()) {
            second.addPeer(new MemberId(2), List.of(URI.create("http://127.0.0.1:" + peer.getLocalPort())));

            assertThatThrownBy(second::start)
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessage("cannot listen at 127.0.0.1:" + taken.getLocalPort() + ": Address already in use");

            // All that was dialled before the failure stands in the backlog by now.
            peer.setSoTimeout(1);
            assertThatThrownBy(peer::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void shouldGoOnWhenStartedTwice() throws Exception {
        for (JettyRaftTransport.Builder builder : List.of(builder(), builder().listen("127.0.0.1", 0))) {
            try (JettyRaftTransport transport = builder.build()) {
                transport.start();
                List<URI> urls = transport.urls();

                assertThatThrownBy(transport::start)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the transport of member 1 has been started before");

                assertThat(transport.urls()).isEqualTo(urls);
                transport.addPeer(new MemberId(2), List.of(URI.create("http://127.0.0.1:1")));
                assertThat(transport.status().peers()).hasSize(1);
            }
        }
    }

    @Test
    void shouldReleaseItsAddressWhenAnErrorEndsTheStart() throws Exception {
        int port;
        try (ServerSocket free = listening()) {
            port = free.getLocalPort();
        }
        Error failure = new OutOfMemoryError("of this test");
        JettyRaftTransport transport = builder().listen("127.0.0.1", port).build();
        Logger log = (Logger) LoggerFactory.getLogger(RaftHttpServer.class);
        AppenderBase<ILoggingEvent> failing = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                // The server logs this last, when it answers already.
                if (event.getFormattedMessage().contains("listens at")) {
                    throw failure;
                }
            }
        };
        failing.start();
        Level before = log.getLevel();
        log.setLevel(Level.INFO);
        log.addAppender(failing);
        try {
            assertThatThrownBy(transport::start).isSameAs(failure);
        } finally {
            log.detachAppender(failing);
            log.setLevel(before);
        }

        assertThat(transport.urls()).isEmpty();
        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
        assertThatThrownBy(transport::start).hasMessage("the transport of member 1 has been closed before");
    }

    @Test
    void shouldListenNowhereWhenStartedAfterItWasClosed() throws Exception {
        int port;
        try (ServerSocket free = listening()) {
            port = free.getLocalPort();
        }
        JettyRaftTransport transport = builder().listen("127.0.0.1", port).build();
        transport.close();

        assertThatThrownBy(transport::start).isInstanceOf(IllegalStateException.class);

        new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    }
}
