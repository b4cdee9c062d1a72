package dev.rafthttp.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus.ProbeStatus;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.SnapshotReceiver;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.GeneratedDatabase;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.RecordingCallback;
import dev.rafthttp.fixture.TestCa;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.tls.AllowedPeers;
import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsMaterial;
import dev.rafthttp.transport.JettyRaftTransport;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two members whose connections are TLS, each with a certificate that the other verifies. */
class PeerTlsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final LogLines handshakes = LogLines.named("dev.rafthttp.server.RefusedHandshakes");
    private final LogLines dials = LogLines.named("dev.rafthttp.client.StreamDialer");
    private final TestCa ca = new TestCa("ca");
    private final Map<Lane, Queue<Message>> received = new ConcurrentHashMap<>();
    private final List<TestMember> members = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        members.forEach(TestMember::close);
        handshakes.close();
        dials.close();
    }

    private TestMember member(long id, PeerTls tls) {
        TestMember member = new TestMember(
                id,
                (lane, message) -> received.computeIfAbsent(lane, any -> new ConcurrentLinkedQueue<>())
                        .add(message),
                config -> config.tls(tls).probeInterval(Duration.ofMillis(50)).dialTimeout(Duration.ofSeconds(10)));
        members.add(member);
        return member;
    }

    private static boolean areAttached(TestMember from, TestMember to) {
        return from.isAttached(to.id(), Lane.MSGAPP) && from.isAttached(to.id(), Lane.MESSAGE);
    }

    private int countOf(Lane lane) {
        return received.getOrDefault(lane, new ConcurrentLinkedQueue<>()).size();
    }

    @ParameterizedTest
    @EnumSource
    void shouldCarryMessagesOnAllLanesWhenBothVerifyEachOther(Dialect dialect) {
        TestMember one = member(1, ca.mutual(folder, "one", "127.0.0.1"));
        TestMember two = member(2, ca.mutual(folder, "two", "127.0.0.1"));
        one.transport().addPeer(two.id(), List.of(two.url()), dialect);
        two.transport().addPeer(one.id(), List.of(one.url()), dialect);
        one.transport().send(TestMember.message(MessageType.MsgSnap, 1, 2, 7));
        await().atMost(LIMIT).until(() -> areAttached(one, two));

        for (int i = 0; i < 1000; i++) {
            one.transport().send(large(i));
            one.transport().send(TestMember.message(MessageType.MsgHeartbeat, 1, 2, i));
        }

        await().atMost(LIMIT).until(() -> countOf(Lane.MSGAPP) == 1000 && countOf(Lane.MESSAGE) == 1000);
        assertThat(received.get(Lane.MSGAPP)).extracting(Message::getIndex).isSorted();
        await().atMost(LIMIT).until(() -> countOf(Lane.PIPELINE) == 1);
        await().atMost(LIMIT)
                .until(() -> one.statusOf(two.id())
                        .probe()
                        .filter(ProbeStatus::healthy)
                        .isPresent());
        assertThat(two.url().getScheme()).isEqualTo("https");
    }

    /** More than a record of TLS takes, every now and then. */
    private static Message large(int index) {
        return TestMember.message(MessageType.MsgApp, 1, 2, index).toBuilder()
                .addEntries(Entry.newBuilder()
                        .setIndex(index + 1)
                        .setTerm(1)
                        .setData(ByteString.copyFrom(new byte[index % 100 == 0 ? 300_000 : 10])))
                .build();
    }

    @Test
    void shouldCarryADatabaseWhenASnapshotIsSent() throws Exception {
        CRC32C checksum = new CRC32C();
        AtomicLong bytes = new AtomicLong();
        GeneratedDatabase database = new GeneratedDatabase(1, 10 << 20);
        try (JettyRaftTransport from = transport(1, ca.mutual(folder, "one", "127.0.0.1"), SnapshotReceiver.NONE);
                JettyRaftTransport to = transport(2, ca.mutual(folder, "two", "127.0.0.1"), (message, content) -> {
                    for (byte[] part = content.readNBytes(1 << 16);
                            part.length > 0;
                            part = content.readNBytes(1 << 16)) {
                        checksum.update(part);
                        bytes.addAndGet(part.length);
                    }
                    return RaftCallback.TAKEN;
                })) {
            to.addPeer(new MemberId(1), from.urls());
            from.addPeer(new MemberId(2), to.urls());

            from.sendSnapshot(TestMember.message(MessageType.MsgSnap, 1, 2, 7), database, 10 << 20)
                    .toCompletableFuture()
                    .get(LIMIT.toSeconds(), TimeUnit.SECONDS);

            assertThat(bytes).hasValue(10 << 20);
            assertThat(checksum.getValue()).isEqualTo(database.checksum());
        }
    }

    private static JettyRaftTransport transport(long id, PeerTls tls, SnapshotReceiver receiver) {
        JettyRaftTransport transport = JettyRaftTransport.builder(
                        TransportConfig.builder(new MemberId(id), new ClusterId(0xcafe))
                                .tls(tls)
                                .build(),
                        new RecordingCallback())
                .listen("127.0.0.1", 0)
                .snapshotReceiver(receiver)
                .build();
        transport.start();
        return transport;
    }

    @Test
    void shouldRefuseAPeerWhenItShowsNoCertificate() {
        TestMember one = member(1, ca.mutual(folder, "one", "127.0.0.1"));
        TestMember two = member(2, ca.mutual(folder, "two", "127.0.0.1"));
        TestCa other = new TestCa("other");
        PeerTls stranger = other.mutual(folder, "stranger", "127.0.0.1");
        // It trusts the others, but its certificate is of no CA that they trust; so its TLS shows none.
        TestMember three =
                member(3, PeerTls.mutual(stranger.certFile(), stranger.keyFile(), folder.resolve("one-ca.pem")));
        one.transport().addPeer(three.id(), List.of(three.url()));
        three.transport().addPeer(one.id(), List.of(one.url()));

        awaitLine(handshakes, "it presents no certificate of the trusted CA");
        awaitLine(dials, "cannot be reached at " + one.url() + ": SSL");
        awaitLine(dials, "cannot be reached at " + three.url() + ": SSLHandshakeException");
        assertThat(areAttached(three, one)).isFalse();
        assertThat(countOf(Lane.MESSAGE)).isZero();
        assertThat(two.transport().activePeers()).isZero();
    }

    @Test
    void shouldNotDialAPeerWhenItsCertificateIsForAnotherHost() {
        TestMember one = member(1, ca.mutual(folder, "one", "127.0.0.1"));
        TestMember two = member(2, ca.mutual(folder, "two", "192.0.2.1", "two.example.org"));
        one.transport().addPeer(two.id(), List.of(two.url()));

        awaitLine(dials, "No subject alternative names matching IP address 127.0.0.1 found");
        awaitLine(handshakes, "it ");
    }

    @Test
    void shouldDialByNameWhenTheCertificateHasTheName() {
        TestMember one = member(1, ca.mutual(folder, "one", "127.0.0.1"));
        TestMember two = member(2, ca.mutual(folder, "two", "localhost"));
        two.transport().addPeer(one.id(), List.of(one.url()));
        one.transport()
                .addPeer(
                        two.id(),
                        List.of(URI.create("https://localhost:" + two.url().getPort())));

        await().atMost(LIMIT).until(() -> areAttached(one, two));
    }

    @Test
    void shouldSaySoWhenOneOfTwoSpeaksNoTls() {
        TestMember one = member(1, ca.mutual(folder, "one", "127.0.0.1"));
        TestMember plain = new TestMember(5, (lane, message) -> {});
        members.add(plain);
        one.transport()
                .addPeer(
                        plain.id(),
                        List.of(URI.create("https://127.0.0.1:" + plain.url().getPort())));
        plain.transport()
                .addPeer(
                        one.id(),
                        List.of(URI.create("http://127.0.0.1:" + one.url().getPort())));

        awaitLine(handshakes, "it does not use TLS; it may have an http URL of this member instead of https");
        awaitLine(dials, "SSL");
        awaitLine(dials, "answered 400");
    }

    @Test
    void shouldAskForNoCertificateWhenItIsNotConfiguredTo() {
        PeerTls files = ca.mutual(folder, "one", "127.0.0.1");
        TestMember one = member(
                1,
                new PeerTls(
                        files.certFile(),
                        files.keyFile(),
                        files.trustedCaFile(),
                        false,
                        AllowedPeers.ANY,
                        Optional.empty()));
        PeerTls stranger = new TestCa("other").mutual(folder, "stranger", "127.0.0.1");
        TestMember two =
                member(2, PeerTls.mutual(stranger.certFile(), stranger.keyFile(), folder.resolve("one-ca.pem")));
        one.transport().addPeer(two.id(), List.of(two.url()));
        two.transport().addPeer(one.id(), List.of(one.url()));

        await().atMost(LIMIT).until(() -> areAttached(two, one));
    }

    @Test
    void shouldRefuseAPeerThatIsNotAllowedAndKeepTheStreamOfOneThatIs() {
        TestMember one =
                member(1, ca.mutual(folder, "one", "127.0.0.1").allowing(AllowedPeers.withCommonName("one", "two")));
        TestMember two = member(2, ca.mutual(folder, "two", "127.0.0.1"));
        TestMember three = member(3, ca.mutual(folder, "three", "127.0.0.1", "three.example.org"));
        one.transport().addPeer(two.id(), List.of(two.url()));
        two.transport().addPeer(one.id(), List.of(one.url()));
        await().atMost(LIMIT).until(() -> areAttached(one, two) && areAttached(two, one));
        Instant since = one.statusOf(two.id()).activeSince().orElseThrow();
        one.transport().addPeer(three.id(), List.of(three.url()));
        three.transport().addPeer(one.id(), List.of(one.url()));

        // As a peer that dials, as a peer that is dialled, and what the peer itself says.
        String reason = "none of the allowed CNs [one, two] is in the certificate of \"CN=three\" (serial number ";
        awaitLine(handshakes, "its certificate is not among those that are allowed ((certificate_unknown) " + reason);
        awaitLine(
                dials,
                "to peer 3: peer 3 cannot be reached at " + three.url()
                        + ": SSLHandshakeException: (certificate_unknown) " + reason);
        awaitLine(dials, "to peer 1: ");
        awaitLine(handshakes, "SANs IP:127.0.0.1, DNS:three.example.org)");
        for (int i = 0; i < 100; i++) {
            two.transport().send(TestMember.message(MessageType.MsgHeartbeat, 2, 1, i));
            three.transport().send(TestMember.message(MessageType.MsgHeartbeat, 3, 1, i));
        }
        await().atMost(LIMIT).until(() -> countOf(Lane.MESSAGE) >= 100);
        assertThat(received.get(Lane.MESSAGE))
                .hasSize(100)
                .extracting(Message::getFrom)
                .containsOnly(2L);
        assertThat(areAttached(one, two) && areAttached(two, one)).isTrue();
        assertThat(one.statusOf(two.id()).activeSince()).contains(since);
        assertThat(areAttached(three, one) || areAttached(one, three)).isFalse();
    }

    @Test
    void shouldRefuseAPeerWhenItsCertificateIsRevoked() throws Exception {
        Path list = folder.resolve("revoked.pem");
        PeerTls revoked = ca.mutual(folder, "three", "127.0.0.1");
        Files.writeString(list, TestCa.pem(ca.revoke(TlsMaterial.load(revoked).certificate())));
        TestMember one = member(1, ca.mutual(folder, "one", "127.0.0.1").refusingRevoked(list));
        TestMember two = member(2, ca.mutual(folder, "two", "127.0.0.1"));
        TestMember three = member(3, revoked);
        one.transport().addPeer(two.id(), List.of(two.url()));
        two.transport().addPeer(one.id(), List.of(one.url()));
        one.transport().addPeer(three.id(), List.of(three.url()));
        three.transport().addPeer(one.id(), List.of(one.url()));

        String reason = "the certificate of \"CN=three\" (serial number ";
        awaitLine(handshakes, "its certificate is revoked ((certificate_unknown) " + reason);
        awaitLine(
                dials,
                "cannot be reached at " + three.url() + ": SSLHandshakeException: (certificate_revoked) " + reason);
        awaitLine(dials, "cannot be reached at " + one.url() + ": SSL");
        await().atMost(LIMIT).until(() -> areAttached(one, two) && areAttached(two, one));
        assertThat(areAttached(three, one) || areAttached(one, three)).isFalse();
    }

    private static void awaitLine(LogLines log, String text) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(log.warnings())
                        .anySatisfy(line -> assertThat(line).contains(text)));
    }
}
