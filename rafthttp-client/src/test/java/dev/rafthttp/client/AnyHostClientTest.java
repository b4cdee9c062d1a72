package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.rafthttp.fixture.TestCa;
import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsMaterial;
import java.io.EOFException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts that etcd takes and RFC 2396 forbids, all of them at a server on loopback. */
class AnyHostClientTest {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private HttpClient http;

    @TempDir
    private Path folder;

    @AfterEach
    void close() throws Exception {
        if (http != null) {
            http.stop();
        }
        if (server != null) {
            server.stop(0);
        }
    }

    private static InetSocketAddress free() {
        return new InetSocketAddress("127.0.0.1", 0);
    }

    private int start(HttpServer answering, AnyHostClient client) throws Exception {
        server = answering;
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestHeaders().getFirst("Host") + " " + exchange.getRequestURI());
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        http = client;
        SocketAddressResolver loopback = (host, port, context, promise) -> {
            try {
                promise.succeeded(List.of(new InetSocketAddress(InetAddress.getByAddress(host, LOOPBACK), port)));
            } catch (UnknownHostException e) {
                promise.failed(e);
            }
        };
        http.setSocketAddressResolver(loopback);
        http.start();
        return server.getAddress().getPort();
    }

    private int startTls(String certified) throws Exception {
        TestCa ca = new TestCa("ca");
        PeerTls files = ca.mutual(folder, "peer", certified);
        HttpsServer https = HttpsServer.create(free(), 0);
        https.setHttpsConfigurator(new HttpsConfigurator(TlsMaterial.load(files).newContext()));
        AnyHostTls tls = new AnyHostTls();
        tls.setSslContext(TlsMaterial.load(files).newContext());
        ClientConnector connector = new ClientConnector();
        connector.setSslContextFactory(tls);
        return start(https, new AnyHostClient(new HttpClientTransportOverHTTP(connector)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"galera_etcd", "node.1", "_", "member-1"})
    void shouldAskEveryHostThatEtcdTakes(String host) throws Exception {
        int port = start(HttpServer.create(free(), 0), new AnyHostClient());

        int status = http.newRequest(URI.create("http://" + host + ":" + port + "/at?first=1"))
                .path("/raft/probing")
                .send()
                .getStatus();
        http.GET("http://" + host + ":" + port + "/whole?query=1");

        assertThat(status).isEqualTo(204);
        assertThat(asked)
                .containsExactly(host + ":" + port + " /raft/probing?first=1", host + ":" + port + " /whole?query=1");
    }

    @ParameterizedTest
    @CsvSource({"galera_etcd, galera_etcd", "a_b.example, *.example", "node.1, node.1", "member, member"})
    void shouldTrustACertificateForTheHost(String host, String certified) throws Exception {
        int port = startTls(certified);

        assertThat(http.GET("https://" + host + ":" + port + "/").getStatus()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource({"galera_etcd, galera-etcd", "a_b.c.example, *.example", "a_b, *", "node.1, node.2", "member, other"})
    void shouldRefuseACertificateForAnotherHost(String host, String certified) throws Exception {
        int port = startTls(certified);

        assertThatThrownBy(() -> http.GET("https://" + host + ":" + port + "/"))
                .isInstanceOf(ExecutionException.class)
                .cause()
                // The end of the connection, if the request hears of that before it hears of the handshake's failure.
                .isInstanceOfAny(SSLHandshakeException.class, SSLPeerUnverifiedException.class, EOFException.class);
        assertThat(asked).isEmpty();
    }
}
