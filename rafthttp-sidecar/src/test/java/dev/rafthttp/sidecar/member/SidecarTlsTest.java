package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.TestCa;
import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsMaterial;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two sidecars that speak TLS to each other. */
class SidecarTlsTest extends SidecarFixture {
    private final TestCa ca = new TestCa("ca");
    private final URI secureA = secure(peerA);
    private final URI secureB = secure(peerB);
    private final LogLines handshakes = LogLines.named("dev.rafthttp.server.RefusedHandshakes");
    private final LogLines dials = LogLines.named("dev.rafthttp.client.StreamDialer");
    private final LogLines lost = LogLines.named("dev.rafthttp.peer.Peer");
    private final LogLines reloads = LogLines.named("dev.rafthttp.runtime.TlsReloader");
    private PeerTls filesA;

    @BeforeEach
    void issue() {
        filesA = ca.mutual(folder, "a", "127.0.0.1");
    }

    @AfterEach
    void closeLogs() {
        handshakes.close();
        dials.close();
        lost.close();
        reloads.close();
    }

    private static URI secure(URI url) {
        return URI.create("https://" + url.getAuthority());
    }

    private void startA() {
        start(Sidecars.withTls(
                Sidecars.options(
                        Sidecars.A, secureA, Sidecars.B, secureB, nodeA, folder, Optional.empty(), Optional.empty()),
                filesA));
    }

    private void startB(PeerTls files) {
        start(Sidecars.withTls(
                Sidecars.options(
                        Sidecars.B, secureB, Sidecars.A, secureA, nodeB, folder, Optional.empty(), Optional.empty()),
                files));
    }

    private JsonObject peerOfA() throws Exception {
        return json(get(nodeA.resolve("/v1/status")))
                .getAsJsonArray("peers")
                .get(0)
                .getAsJsonObject();
    }

    @Test
    void shouldCarryMessagesAndTellHttpsUrlsWhenBothHaveCertificates() throws Exception {
        startA();
        startB(ca.mutual(folder, "b", "127.0.0.1"));
        awaitStreams();
        DataInputStream in = read();

        assertThat(json(post(frames(1, 1000))).get("accepted").getAsLong()).isEqualTo(1000);

        for (long index = 1; index <= 1000; index++) {
            assertThat(next(in)).isEqualTo(Sidecars.message(index));
        }
        assertThat(peerOfA().getAsJsonArray("urls").get(0).getAsString()).isEqualTo(secureB.toString());
        assertThat(handshakes.warnings()).isEmpty();
    }

    @Test
    void shouldTakeHttpsUrlsWhenAPeerIsPutAtRunTime() throws Exception {
        startA();
        startB(ca.mutual(folder, "b", "127.0.0.1"));
        byte[] body = ("{\"urls\":[\"https://127.0.0.1:9\",\"" + secureB + "\"]}").getBytes(StandardCharsets.UTF_8);

        assertThat(ask("PUT", nodeA.resolve("/v1/peers/b"), "application/json", body)
                        .statusCode())
                .isEqualTo(200);

        awaitStreams();
        assertThat(get(nodeA.resolve("/v1/peers")).body()).contains("https://127.0.0.1:9");
    }

    @Test
    void shouldRefuseARequestWhenItsSenderShowsNoCertificate() throws Exception {
        startA();
        // Trusts the CA, so that it is the sidecar that refuses.
        PeerTls stranger = new TestCa("other").mutual(folder, "stranger", "127.0.0.1");
        SSLContext context = TlsMaterial.load(PeerTls.mutual(
                        stranger.certFile(),
                        stranger.keyFile(),
                        filesA.trustedCaFile().orElseThrow()))
                .newContext();
        HttpRequest request =
                HttpRequest.newBuilder(secureA.resolve("/raft/probing")).build();

        assertThat(send(context, request)).isEmpty();
        assertThat(send(TlsMaterial.load(filesA).newContext(), request)).contains(200);

        await().untilAsserted(() -> assertThat(handshakes.warnings())
                .anySatisfy(line -> assertThat(line).contains("it presents no certificate of the trusted CA")));
    }

    /** The status, if there is an answer. */
    private static Optional<Integer> send(SSLContext context, HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<Void> answer =
                    HttpClient.newBuilder().sslContext(context).build().send(request, BodyHandlers.discarding());
            return Optional.of(answer.statusCode());
        } catch (IOException refused) {
            return Optional.empty();
        }
    }

    @Test
    void shouldNotSpeakToAPeerWhenItsCertificateIsForAnotherHost() throws Exception {
        startA();
        startB(ca.mutual(folder, "b", "b.example.org"));

        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(dials.warnings())
                        .anySatisfy(line -> assertThat(line)
                                .contains("to peer b")
                                .contains("No subject alternative names matching IP address 127.0.0.1 found")));
        assertThat(peerOfA()
                        .getAsJsonObject("lanes")
                        .getAsJsonObject("message")
                        .get("attached")
                        .getAsBoolean())
                .isFalse();
    }

    @Test
    void shouldShowTheNewCertificateWithoutLosingAStreamWhenItIsRenewed() throws Exception {
        startA();
        startB(ca.mutual(folder, "b", "127.0.0.1"));
        awaitStreams();
        DataInputStream in = read();
        post(frames(1, 1));
        assertThat(next(in)).isEqualTo(Sidecars.message(1));

        String subject = "CN=renewed";
        TestCa.Issued renewed = ca.issue("renewed", "127.0.0.1");
        Files.writeString(filesA.certFile(), renewed.certificatePem());
        Files.writeString(filesA.keyFile(), renewed.keyPem());
        await().atMost(LIMIT)
                .until(() -> shownByA().getSubjectX500Principal().getName().equals(subject));

        post(frames(2, 2));
        assertThat(next(in)).isEqualTo(Sidecars.message(2));
        assertThat(peerOfA().getAsJsonObject("lanes").toString()).contains("\"inDoubt\":0");
        assertThat(lost.warnings()).isEmpty();
    }

    private X509Certificate shownByA() throws Exception {
        try (SSLSocket socket = (SSLSocket)
                TlsMaterial.load(filesA).newContext().getSocketFactory().createSocket("127.0.0.1", secureA.getPort())) {
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }
}
