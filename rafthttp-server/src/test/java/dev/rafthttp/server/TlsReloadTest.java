package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.TestCa;
import dev.rafthttp.fixture.VirtualScheduler;
import dev.rafthttp.runtime.TlsReloader;
import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsMaterial;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What those that dial see when the files of peer TLS change. */
class TlsReloadTest {
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final QueuedThreadPool threads = new QueuedThreadPool();
    private final ReceivingMember member = new ReceivingMember();
    private final TestCa ca = new TestCa("ca");
    private final TestCa other = new TestCa("other");
    private final LogLines reloads = LogLines.of(TlsReloader.class);
    private final LogLines handshakes = LogLines.of(RefusedHandshakes.class);

    @TempDir
    private Path folder;

    private PeerTls files;
    private PeerTls peer;
    private PeerTls stranger;
    private RaftHttpServer server;

    @BeforeEach
    void start() throws Exception {
        files = ca.mutual(folder, "member", "127.0.0.1");
        peer = ca.mutual(folder, "peer", "127.0.0.1");
        stranger = other.mutual(folder, "stranger", "127.0.0.1");
        LifeCycle.start(threads);
        TlsReloader reloader = new TlsReloader(files, scheduler, Runnable::run);
        server = new RaftHttpServer(
                TransportConfig.builder(new MemberId(1), new ClusterId(0xcafe)).build(),
                member.servlets(),
                threads,
                scheduler,
                Optional.of(reloader),
                List.of(new InetSocketAddress("127.0.0.1", 0)));
        reloader.start();
        server.bind();
        server.start();
    }

    @AfterEach
    void close() {
        server.close();
        member.close();
        LifeCycle.stop(threads);
        reloads.close();
        handshakes.close();
    }

    /** One connection of a peer that dials. */
    private final class Connection implements AutoCloseable {
        private final SSLSocket socket;
        private final BufferedReader in;

        Connection(PeerTls of) throws IOException {
            socket = (SSLSocket) TlsMaterial.load(of)
                    .newContext()
                    .getSocketFactory()
                    .createSocket("127.0.0.1", server.urls().get(0).getPort());
            socket.setSoTimeout(10_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        }

        /** In TLS 1.3 only the answer shows that the server has taken the certificate. */
        String probe() throws IOException {
            String request = "GET " + Protocol.PROBING_PATH + " HTTP/1.1\r\nHost: any\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String status = in.readLine();
            for (String line = in.readLine(); line != null && !line.startsWith("{"); line = in.readLine()) {
                // The head, and the empty line after it.
            }
            return String.valueOf(status);
        }

        X509Certificate shown() throws IOException {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private static X509Certificate in(PeerTls files) throws IOException {
        return TlsMaterial.load(files).certificate();
    }

    private static void copy(PeerTls from, PeerTls to) throws IOException {
        Files.copy(from.certFile(), to.certFile(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(from.keyFile(), to.keyFile(), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                from.trustedCaFile().orElseThrow(),
                to.trustedCaFile().orElseThrow(),
                StandardCopyOption.REPLACE_EXISTING);
    }

    private void pass() {
        scheduler.advance(Duration.ofSeconds(10));
    }

    @Test
    void shouldShowTheNewCertificateToNewConnectionsAndKeepOldOnesWhenItIsRenewed() throws Exception {
        X509Certificate first = in(files);
        try (Connection old = new Connection(peer)) {
            assertThat(old.probe()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(old.shown()).isEqualTo(first);

            ca.mutual(folder, "member", "127.0.0.1");
            pass();

            try (Connection fresh = new Connection(peer)) {
                assertThat(fresh.probe()).isEqualTo("HTTP/1.1 200 OK");
                assertThat(fresh.shown()).isEqualTo(in(files)).isNotEqualTo(first);
            }
            assertThat(old.probe()).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void shouldRefuseWhomItTrustedWhenTheTrustedCaIsAnother() throws Exception {
        PeerTls trustsBoth = PeerTls.mutual(peer.certFile(), peer.keyFile(), folder.resolve("both.pem"));
        Files.writeString(folder.resolve("both.pem"), ca.pem() + other.pem());
        try (Connection old = new Connection(trustsBoth)) {
            assertThat(old.probe()).isEqualTo("HTTP/1.1 200 OK");
        }

        copy(stranger, files);
        pass();

        try (Connection refused = new Connection(trustsBoth)) {
            assertThatThrownBy(refused::probe).isInstanceOf(IOException.class);
        }
        try (Connection taken = new Connection(stranger)) {
            assertThat(taken.probe()).isEqualTo("HTTP/1.1 200 OK");
        }
        await().untilAsserted(() -> assertThat(handshakes.warnings())
                .singleElement()
                .asString()
                .contains("it presents no certificate of the trusted CA"));
    }

    @Test
    void shouldShowTheOldCertificateWhenTheNewOneHasNoKeyYet() throws Exception {
        X509Certificate first = in(files);
        Files.writeString(files.certFile(), ca.issue("member", "127.0.0.1").certificatePem());
        pass();

        try (Connection connection = new Connection(peer)) {
            assertThat(connection.probe()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(connection.shown()).isEqualTo(first);
        }
        assertThat(reloads.all()).hasSize(1);
    }

    @Test
    void shouldSpeakNoTlsOlderThan12WhenAskedTo() throws Exception {
        try (Connection connection = new Connection(peer)) {
            connection.socket.setEnabledProtocols(new String[] {"TLSv1.2"});

            assertThat(connection.probe()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(connection.socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
        try (Connection connection = new Connection(peer)) {
            connection.socket.setEnabledProtocols(new String[] {"TLSv1.1"});

            assertThatThrownBy(connection::probe).isInstanceOf(IOException.class);
        }
    }
}
