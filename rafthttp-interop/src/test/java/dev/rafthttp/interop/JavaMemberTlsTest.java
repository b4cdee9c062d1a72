package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus.ProbeStatus;
import dev.rafthttp.fixture.TestCa;
import dev.rafthttp.tls.PeerTls;
import java.nio.file.Files;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A member in Java among etcd's, each of which shows a certificate and asks for the others'. */
class JavaMemberTlsTest extends JavaMemberInterop {
    private final TestCa ca = new TestCa("ca");

    @Override
    Optional<PeerTls> tls(String name) {
        return Optional.of(ca.mutual(folder, "tls-" + name, "127.0.0.1"));
    }

    @Test
    void shouldBeCountedAsAVoterWhenAllVerifyEachOther() throws Exception {
        assertThat(voters()).contains(java.id().toString()).hasSize(3);
        put(a, "all-up", 300, 64);
        put(b, "large", 3, 1_000_000);
        assertDecodedWhatWasPut();

        EtcdMember leader = leader();
        EtcdMember follower = leader == a ? b : a;
        outlive(follower, leader, "follower-down");

        assertNoComplaint();
        for (EtcdMember member : new EtcdMember[] {a, b}) {
            assertThat(Files.readString(member.log())).doesNotContain("rejected connection");
        }
        await().untilAsserted(() -> assertThat(java.status().peers()).hasSize(2).allSatisfy(peer -> {
            assertThat(peer.urls().get(0).getScheme()).isEqualTo("https");
            assertThat(peer.lanes().get(Lane.MESSAGE).attached()).isTrue();
            assertThat(peer.probe().filter(ProbeStatus::healthy)).isPresent();
        }));
        System.out.printf(
                "Java member %s over TLS: %d entries committed, %d acknowledged, %d puts decoded; %s%n",
                java.id(), java.committed(), java.acknowledged(), java.puts().size(), lanes());
        assertThat(java.removals()).isEmpty();
    }
}
