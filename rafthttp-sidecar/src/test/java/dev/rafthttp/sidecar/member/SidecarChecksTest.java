package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.fixture.TestCa;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.WrongOptionsException;
import dev.rafthttp.sidecar.peers.NodePeer;
import dev.rafthttp.tls.AllowedPeers;
import dev.rafthttp.tls.PeerTls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sidecar makes of its options, and what it says of wrong ones. */
class SidecarChecksTest {
    private final SidecarFlags flags = new SidecarFlags();

    @TempDir
    private Path folder;

    @BeforeEach
    void setDefaults() {
        flags.member.token = "lab";
        flags.peerDialect = "push";
        flags.serverVersion = "3.6.0";
        flags.api.listenNode = "http://127.0.0.1:2381";
        flags.shutdown.grace = "5s";
    }

    private SidecarOptions conclude() {
        return new SidecarChecks(flags, new Mistakes()).conclude();
    }

    private void assertMistakes(String... lines) {
        assertThatThrownBy(this::conclude)
                .asInstanceOf(InstanceOfAssertFactories.type(WrongOptionsException.class))
                .extracting(WrongOptionsException::mistakes, InstanceOfAssertFactories.list(String.class))
                .containsExactlyInAnyOrder(lines);
    }

    @Test
    void shouldDeriveEtcdsIdsWhenMembersAreNamed() {
        flags.member.name = "a";
        flags.member.initialCluster = "a=http://127.0.0.1:11380,b=http://127.0.0.1:11381,c=http://127.0.0.1:11382";

        SidecarOptions options = conclude();

        assertThat(options.member()).hasToString("2d1b1a9e7e94b7cb");
        assertThat(options.cluster()).hasToString("fa382b6b47c3c31");
        assertThat(options.peers())
                .extracting(peer -> peer.id().toString())
                .containsExactly("2d6ad8dfaeaf7635", "bf6e0f83ce820b52");
        assertThat(options.listenPeers()).containsExactly(URI.create("http://127.0.0.1:11380"));
    }

    @Test
    void shouldKeepThingsByTheMembersIdWhenNoFolderIsNamed() {
        flags.member.name = "a";
        flags.member.initialCluster = "a=http://127.0.0.1:11380,b=http://127.0.0.1:11381,c=http://127.0.0.1:11382";
        flags.state.stateDir = "elsewhere";

        SidecarOptions options = conclude();

        assertThat(options.snapshotDir()).isEqualTo(Path.of("./2d1b1a9e7e94b7cb.rafthttp/snapshots"));
        assertThat(options.stateDir()).isEqualTo(Path.of("elsewhere"));
        flags.state.stateDir = null;
        assertThat(conclude().stateDir()).isEqualTo(Path.of("./2d1b1a9e7e94b7cb.rafthttp/state"));
    }

    @Test
    void shouldTakeASocketsPathUpToWhatJavaTakesAndNoLonger() throws IOException {
        flags.member.name = "a";
        flags.member.initialCluster = "a=http://127.0.0.1:11380";
        Path longest = Files.createDirectory(
                folder.resolve("x".repeat(106 - folder.toString().length() - "//node.sock".length())));
        flags.api.listenNode = "unix:" + longest + "/node.sock";
        assertThat(conclude().listenNode().getPath()).hasSize(106);

        for (String wrong : List.of(longest + "/node1.sock", "/" + "\u00e9".repeat(60), longest + "nowhere/n")) {
            flags.api.listenNode = "unix:" + wrong;
            assertMistakes(
                    "--listen-node \"unix:" + wrong + "\": expected http://HOST:PORT or unix:/PATH of at most 106"
                            + " bytes, in a folder that is there, of at most 99");
        }
    }

    @Test
    void shouldTakeIdsOutrightWhenTheyAreGiven() {
        flags.memberId = "1";
        flags.clusterId = "cafe";
        flags.peers = List.of("1=http://127.0.0.1:1", "2=http://127.0.0.1:2,http://127.0.0.1:3");
        flags.peerDialect = "etcd";

        assertThat(conclude().peers())
                .containsExactly(new NodePeer(
                        MemberId.parse("2"),
                        List.of(URI.create("http://127.0.0.1:2"), URI.create("http://127.0.0.1:3")),
                        Dialect.ETCD));
    }

    @Test
    void shouldTellEveryMistakeAtOnceWhenThereAreSeveral() {
        flags.member.name = "z";
        flags.member.initialCluster = "a=http://127.0.0.1:11380";
        flags.api.listenNode = "http://192.0.2.1:2381";
        flags.callbackUrl = "ftp://x";
        flags.tls.certFile = "server.pem";
        flags.peerDialect = "pull";
        flags.serverVersion = "3.6";

        assertMistakes(
                "--name \"z\": expected a name in --initial-cluster",
                "--listen-node \"http://192.0.2.1:2381\": expected a host on loopback, or --node-token-file, since"
                        + " otherwise everybody may use the API",
                "--callback-url \"ftp://x\": expected http://HOST:PORT/PATH",
                "--peer-key-file is missing: expected a PEM file with the certificate's private key, not encrypted, since there is"
                        + " --peer-cert-file",
                "--peer-dialect \"pull\": expected push or etcd",
                "--server-version \"3.6\": expected major.minor.patch, as in 3.6.0");
    }

    @Test
    void shouldTellOfAWrongUrlOnlyWhenItIsTheMembersOwn() {
        flags.memberId = "a";
        flags.clusterId = "1";
        flags.peers = List.of("a=http://127.0.0.1", "b=http://127.0.0.1:11381");

        assertMistakes("--peer \"a=http://127.0.0.1\": expected a=http(s)://HOST:PORT; it has no port");
    }

    @Test
    void shouldRefuseAnIdWhenItIsGivenTwiceInOtherWords() {
        flags.memberId = "a";
        flags.clusterId = "1";
        flags.peers = List.of("a=http://127.0.0.1:11380", "0B=http://127.0.0.1:11381", "b=http://127.0.0.1:11382");

        assertMistakes("--peer \"b\": expected an ID that no other member has");
    }

    @Test
    void shouldRefuseACallbackThatIsTheSidecarItselfInWhateverWords() {
        flags.member.name = "a";
        flags.member.initialCluster = "a=http://127.0.0.1:11380";
        flags.listenPeerUrls = "http://0.0.0.0:11380";
        flags.callbackUrl = "http://localhost:2381/take";
        assertMistakes(
                "--callback-url \"http://localhost:2381/take\": expected a URL where the sidecar does not listen, as it"
                        + " does by --listen-node");

        flags.callbackUrl = "http://127.0.0.2:11380/take";
        assertMistakes(
                "--callback-url \"http://127.0.0.2:11380/take\": expected a URL where the sidecar does not listen, as"
                        + " it does by --listen-peer-urls");
    }

    @Test
    void shouldRefuseBothFormsOfIdentityWhenBothAreGiven() {
        flags.member.name = "a";
        flags.memberId = "1";
        flags.clusterId = "cafe";
        flags.listenPeerUrls = "http://127.0.0.1:1";

        assertMistakes("--name \"a\": expected nothing, since there is --member-id, --cluster-id or --peer");
    }

    @Test
    void shouldSpeakTlsWhenCertificateKeyAndCaAreGiven() {
        PeerTls files = givenFiles("a");
        flags.member.name = "a";
        flags.member.initialCluster = "a=https://127.0.0.1:11380,b=https://127.0.0.1:11381,c=http://127.0.0.1:11382";

        SidecarOptions options = conclude();

        assertThat(options.tls()).contains(files);
        assertThat(options.listenPeers()).containsExactly(URI.create("https://127.0.0.1:11380"));
        assertThat(options.peers())
                .extracting(peer -> peer.urls().get(0).getScheme())
                .containsExactlyInAnyOrder("https", "http");
    }

    @Test
    void shouldSpeakNoTlsWhenNothingSaysSo() {
        flags.member.name = "a";
        flags.member.initialCluster = "a=http://127.0.0.1:11380";
        flags.tls.clientCertAuth = "false";

        assertThat(conclude().tls()).isEmpty();
    }

    private PeerTls givenFiles(String member) {
        PeerTls files = new TestCa("ca").mutual(folder, member, "127.0.0.1");
        flags.tls.certFile = files.certFile().toString();
        flags.tls.keyFile = files.keyFile().toString();
        flags.tls.trustedCaFile = files.trustedCaFile().orElseThrow().toString();
        flags.tls.clientCertAuth = "true";
        return files;
    }

    @Test
    void shouldTellEveryMistakeAtOnceWhenFilesCannotBeUsed() throws Exception {
        givenFiles("a");
        PeerTls other = new TestCa("ca").mutual(folder, "other", "127.0.0.1");
        flags.tls.keyFile = other.keyFile().toString();
        flags.tls.trustedCaFile = folder.resolve("absent.pem").toString();
        flags.member.name = "a";
        flags.member.initialCluster = "a=http://127.0.0.1:11380,b=https://127.0.0.1:11381";
        flags.listenPeerUrls = "https://127.0.0.1:2381,http://127.0.0.1:3";

        assertMistakes(
                "--listen-peer-urls \"https://127.0.0.1:2381\": expected a URL that is not also in --listen-node or twice in"
                        + " this option",
                "--listen-peer-urls \"http://127.0.0.1:3\": expected https, since there is --peer-cert-file",
                "--peer-key-file \"" + other.keyFile()
                        + "\": expected a PEM file with the certificate's private key, not"
                        + " encrypted; but the file holds another private key than that of the certificate",
                "--peer-trusted-ca-file \"" + folder.resolve("absent.pem")
                        + "\": expected a PEM file with the certificates of the"
                        + " CAs that issue the peers' certificates; but the file is not there");
    }

    @Test
    void shouldSayWhatIsMissingWhenOnlyAnswersAreAskedFor() {
        flags.member.name = "a";
        flags.member.initialCluster = "a=https://127.0.0.1:11380";
        flags.tls.clientCertAuth = "true";

        assertMistakes(
                "--peer-cert-file is missing: expected a PEM file with this member's certificate, and after it those of intermediate"
                        + " CAs, since there is --peer-client-cert-auth",
                "--peer-key-file is missing: expected a PEM file with the certificate's private key, not encrypted, since there is"
                        + " --peer-client-cert-auth",
                "--peer-trusted-ca-file is missing: expected a PEM file with the certificates of the CAs that issue the peers'"
                        + " certificates, since there is --peer-client-cert-auth");
    }

    @Test
    void shouldAskForACertificateWhenItsOwnUrlIsHttps() {
        flags.memberId = "1";
        flags.clusterId = "cafe";
        flags.peers = List.of("1=https://127.0.0.1:1", "2=https://127.0.0.1:2");
        flags.tls.clientCertAuth = "yes";

        assertMistakes(
                "--peer \"https://127.0.0.1:1\": expected http, or else --peer-cert-file and --peer-key-file",
                "--peer-client-cert-auth \"yes\": expected true or false");
    }

    @Test
    void shouldTakeListsOfAllowedPeersWhenPeersMustHaveCertificates() {
        PeerTls files = givenFiles("a");
        flags.member.name = "a";
        flags.member.initialCluster = "a=https://127.0.0.1:11380";
        flags.tls.allowedCn = "a, b";

        assertThat(conclude().tls()).contains(files.allowing(AllowedPeers.withCommonName("a", "b")));

        flags.tls.allowedCn = null;
        flags.tls.allowedHostname = "b.example.org,192.0.2.1";

        assertThat(conclude().tls()).contains(files.allowing(AllowedPeers.withHostname("b.example.org", "192.0.2.1")));
    }

    @Test
    void shouldRefuseListsOfAllowedPeersWhenPeersNeedNoCertificate() {
        givenFiles("a");
        flags.member.name = "a";
        flags.member.initialCluster = "a=https://127.0.0.1:11380";
        flags.tls.clientCertAuth = null;
        flags.tls.allowedCn = "a,b";

        assertMistakes("--peer-cert-allowed-cn \"a,b\": expected nothing, or else --peer-client-cert-auth");
    }

    @Test
    void shouldRefuseListsOfAllowedPeersWhenThereAreTwoOrAnEntryIsEmpty() {
        givenFiles("a");
        flags.member.name = "a";
        flags.member.initialCluster = "a=https://127.0.0.1:11380";
        flags.tls.allowedCn = "a,,b";
        flags.tls.allowedHostname = "b.example.org";

        assertMistakes(
                "--peer-cert-allowed-cn \"a,,b\": expected CNs, of 1 character or more each, with commas between",
                "--peer-cert-allowed-hostname \"b.example.org\": expected nothing, since there is --peer-cert-allowed-cn"
                        + " \"a,,b\"");
    }

    @Test
    void shouldTellOnlyTheWrongAnswerWhenItSaysWhetherPeersAreAsked() {
        givenFiles("a");
        flags.member.name = "a";
        flags.member.initialCluster = "a=https://127.0.0.1:11380";
        flags.tls.clientCertAuth = "yes";
        flags.tls.allowedCn = "a";

        assertMistakes("--peer-client-cert-auth \"yes\": expected true or false");
    }

    @Test
    void shouldTakeAFileOfRevokedCertificatesOrSayWhatIsWrongWithIt() throws Exception {
        PeerTls files = givenFiles("a");
        Path list = folder.resolve("revoked.pem");
        flags.member.name = "a";
        flags.member.initialCluster = "a=https://127.0.0.1:11380";
        flags.tls.crlFile = list.toString();

        assertMistakes(
                "--peer-crl-file \"" + list + "\": expected a PEM or DER file with certificate revocation lists of the"
                        + " CAs that issue the peers' certificates; but the file is not there");
        Files.writeString(list, TestCa.pem(new TestCa("intermediate").revoke()));
        assertThat(conclude().tls()).contains(files.refusingRevoked(list));
    }
}
