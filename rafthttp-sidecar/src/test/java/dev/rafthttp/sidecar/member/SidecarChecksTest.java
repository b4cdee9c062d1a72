package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.sidecar.node.NodePeer;
import dev.rafthttp.sidecar.options.Mistakes;
import dev.rafthttp.sidecar.options.WrongOptionsException;
import java.net.URI;
import java.util.List;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sidecar makes of its options, and what it says of wrong ones. */
class SidecarChecksTest {
    private final SidecarFlags flags = new SidecarFlags();

    @BeforeEach
    void setDefaults() {
        flags.token = "lab";
        flags.peerDialect = "push";
        flags.listenNode = "http://127.0.0.1:2381";
        flags.snapshotDir = "./snapshots";
        flags.shutdownGrace = "5s";
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
        flags.name = "a";
        flags.initialCluster = "a=http://127.0.0.1:11380,b=http://127.0.0.1:11381,c=http://127.0.0.1:11382";

        SidecarOptions options = conclude();

        assertThat(options.member()).hasToString("2d1b1a9e7e94b7cb");
        assertThat(options.cluster()).hasToString("fa382b6b47c3c31");
        assertThat(options.peers())
                .extracting(peer -> peer.id().toString())
                .containsExactly("2d6ad8dfaeaf7635", "bf6e0f83ce820b52");
        assertThat(options.listenPeers()).containsExactly(URI.create("http://127.0.0.1:11380"));
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
        flags.name = "z";
        flags.initialCluster = "a=http://127.0.0.1:11380";
        flags.listenNode = "http://192.0.2.1:2381";
        flags.callbackUrl = "ftp://x";
        flags.certFile = "server.pem";
        flags.peerDialect = "pull";

        assertMistakes(
                "--name \"z\": expected a name in --initial-cluster",
                "--listen-node \"http://192.0.2.1:2381\": expected a host on loopback, or --node-token-file, since else"
                        + " everybody may send",
                "--callback-url \"ftp://x\": expected http://HOST:PORT/PATH",
                "--cert-file \"server.pem\": expected nothing, since this version has no TLS yet",
                "--peer-dialect \"pull\": expected push or etcd");
    }

    @Test
    void shouldRefuseBothFormsOfIdentityWhenBothAreGiven() {
        flags.name = "a";
        flags.memberId = "1";
        flags.clusterId = "cafe";
        flags.listenPeerUrls = "http://127.0.0.1:1";

        assertMistakes("--name \"a\": expected nothing, since there is --member-id, --cluster-id or --peer");
    }
}
