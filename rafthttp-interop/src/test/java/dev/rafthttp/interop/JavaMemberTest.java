package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.tls.PeerTls;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A member in Java among etcd's, over plain HTTP. */
class JavaMemberTest extends JavaMemberInterop {
    @Override
    Optional<PeerTls> tls(String name) {
        return Optional.empty();
    }

    @Test
    void shouldBeCountedAsAVoterWhenEitherEtcdMemberIsDown() throws Exception {
        assertThat(voters()).contains(java.id().toString()).hasSize(3);
        put(a, "all-up", 300, 64);
        put(b, "large", 3, 1_000_000);

        EtcdMember leader = leader();
        EtcdMember follower = leader == a ? b : a;
        outlive(follower, leader, "follower-down");
        assertThat(leader()).as("the leader, whose follower was killed").isSameAs(leader);

        outlive(leader, follower, "leader-down");
        outlive(leader() == a ? b : a, leader(), "other-down");

        assertNoComplaint();
        System.out.printf(
                "Java member %s: %d entries committed, %d acknowledged, %d puts decoded; %s%n",
                java.id(), java.committed(), java.acknowledged(), java.puts().size(), lanes());
        assertThat(java.removals()).isEmpty();
    }

    @Test
    void shouldNotHoldTheClusterAtVersion30() throws Exception {
        awaitClusterVersion("3.4.0");

        assertNoComplaint();
    }
}
