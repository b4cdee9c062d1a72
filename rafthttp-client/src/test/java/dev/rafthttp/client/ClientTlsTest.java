package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.TestCa;
import dev.rafthttp.fixture.VirtualScheduler;
import dev.rafthttp.runtime.TlsReloader;
import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsMaterial;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.http.HttpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a peer that is dialled is shown, and which peers are trusted, also when the files change. */
class ClientTlsTest {
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final TestCa ca = new TestCa("ca");
    private final Queue<Certificate> shown = new ConcurrentLinkedQueue<>();
    private final LogLines reloads = LogLines.of(TlsReloader.class);

    @TempDir
    private Path folder;

    private PeerTls files;
    private HttpsServer peer;
    private PeerHttpClient clients;

    @BeforeEach
    void start() throws Exception {
        files = ca.mutual(folder, "member", "127.0.0.1");
        peer = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        peer.setHttpsConfigurator(
                new HttpsConfigurator(
                        TlsMaterial.load(ca.mutual(folder, "peer", "127.0.0.1")).newContext()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters needing = getSSLContext().getDefaultSSLParameters();
                        needing.setNeedClientAuth(true);
                        parameters.setSSLParameters(needing);
                    }
                });
        peer.createContext("/", exchange -> {
            shown.add(((HttpsExchange) exchange).getSSLSession().getPeerCertificates()[0]);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        peer.start();
        TlsReloader reloader = new TlsReloader(files, scheduler, Runnable::run);
        clients = new PeerHttpClient(Transports.config().build(), executor, Optional.of(reloader));
        reloader.start();
        clients.start();
    }

    @AfterEach
    void close() throws Exception {
        clients.stop();
        peer.stop(0);
        executor.shutdown();
        reloads.close();
    }

    /** Asks on a connection of its own. */
    private int ask(String host) throws Exception {
        return clients.jetty()
                .newRequest("https://" + host + ":" + peer.getAddress().getPort())
                .headers(fields -> fields.put(HttpHeader.CONNECTION, "close"))
                .send()
                .getStatus();
    }

    private Certificate own() throws Exception {
        return TlsMaterial.load(files).certificate();
    }

    @Test
    void shouldShowItsCertificateAndTheNewOneWhenThatHasChanged() throws Exception {
        Certificate first = own();
        assertThat(ask("127.0.0.1")).isEqualTo(204);

        ca.mutual(folder, "member", "127.0.0.1");
        scheduler.advance(Duration.ofSeconds(10));

        assertThat(ask("127.0.0.1")).isEqualTo(204);
        assertThat(shown).containsExactly(first, own());
        assertThat(first).isNotEqualTo(own());
    }

    @Test
    void shouldRefuseWhomItTrustedWhenTheTrustedCaIsAnother() throws Exception {
        assertThat(ask("127.0.0.1")).isEqualTo(204);

        Files.writeString(files.trustedCaFile().orElseThrow(), new TestCa("other").pem());
        scheduler.advance(Duration.ofSeconds(10));

        assertThatThrownBy(() -> ask("127.0.0.1"))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("PKIX path building failed");
    }

    @Test
    void shouldRefuseAPeerWhenItsCertificateIsForAnotherHost() {
        assertThatThrownBy(() -> ask("localhost"))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("localhost");
    }
}
