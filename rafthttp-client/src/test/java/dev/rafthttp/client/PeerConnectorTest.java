package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerConnectorTest {
    private final PeerConnector connector = new PeerConnector();

    @BeforeEach
    void start() throws Exception {
        connector.start();
    }

    @AfterEach
    void stop() throws Exception {
        connector.stop();
    }

    @Test
    void shouldCloseASocketThatIsBeingConnectedWhenItStops() throws Exception {
        try (SocketChannel channel = SocketChannel.open()) {
            connector.configure(channel);
            assertThat(channel.isOpen()).isTrue();

            connector.stop();

            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void shouldRefuseToConnectASocketWhenItHasStopped() throws Exception {
        connector.stop();
        try (SocketChannel channel = SocketChannel.open()) {
            assertThatThrownBy(() -> connector.configure(channel)).isInstanceOf(ClosedChannelException.class);
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void shouldMakeTlsReadyOnlyWhenItIsToConnectToAnHttpsUrl() {
        SslContextFactory.Client tls = connector.getSslContextFactory();
        assertThatThrownBy(tls::getSslContext).isInstanceOf(IllegalStateException.class);

        connector.newSslClientConnectionFactory(tls, (endPoint, context) -> null);

        assertThat(tls.newSSLEngine("peer", 443).getSSLParameters().getEndpointIdentificationAlgorithm())
                .isEqualTo("HTTPS");
    }
}
