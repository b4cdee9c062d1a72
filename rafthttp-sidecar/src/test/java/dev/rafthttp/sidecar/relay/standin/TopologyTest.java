package dev.rafthttp.sidecar.relay.standin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.Dialect;
import dev.rafthttp.sidecar.relay.Relays;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TopologyTest {
    private static final URI UPLINK = URI.create("http://10.0.0.1:2480");
    private static final Topology BESIDE_A = new Topology(Relays.CLUSTER, Optional.of(Relays.A), Optional.of(UPLINK));

    @Test
    void shouldTalkToAllTheOthersInEtcdsDialectWhenAlone() {
        Topology alone = Relays.alone();

        assertThat(alone.arePeers(Relays.B, Relays.C)).isTrue();
        assertThat(alone.arePeers(Relays.B, Relays.B)).isFalse();
        assertThat(alone.dialect(Relays.C)).isEqualTo(Dialect.ETCD);
        assertThat(alone.nextHopName(Relays.C)).isEqualTo("target");
    }

    @Test
    void shouldTalkToTheMemberBesideItOnlyWhenStandingForAnother() {
        assertThat(BESIDE_A.arePeers(Relays.B, Relays.A)).isTrue();
        assertThat(BESIDE_A.arePeers(Relays.B, Relays.C)).isFalse();
        assertThat(BESIDE_A.dialect(Relays.A)).isEqualTo(Dialect.ETCD);
        assertThat(BESIDE_A.nextHopName(Relays.A)).isEqualTo("target");
    }

    @Test
    void shouldTalkToTheOthersOverUplinksWhenStandingForTheMemberBesideIt() {
        assertThat(BESIDE_A.arePeers(Relays.A, Relays.B)).isTrue();
        assertThat(BESIDE_A.arePeers(Relays.A, Relays.C)).isTrue();
        assertThat(BESIDE_A.dialect(Relays.B)).isEqualTo(Dialect.PUSH);
        assertThat(BESIDE_A.nextHopName(Relays.B)).isEqualTo("uplink");
    }

    @Test
    void shouldListenAtTheUplinkWhenStandingForTheMemberBesideIt() {
        URI front = URI.create("http://127.0.0.1:11380");
        URI nextHop = URI.create("http://127.0.0.1:21380");

        assertThat(BESIDE_A.listens(Relays.member(Relays.A, front, nextHop))).isEqualTo(List.of(UPLINK));
        assertThat(BESIDE_A.listens(Relays.member(Relays.B, front, nextHop))).isEqualTo(List.of(front));
    }
}
