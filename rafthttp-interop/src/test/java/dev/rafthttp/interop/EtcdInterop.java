package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** What real etcd members must go through unharmed, the same with every wiring. */
abstract class EtcdInterop extends InteropTest {
    /** More than the 5,000 entries that a leader keeps for a follower that is behind. */
    private static final int MORE_THAN_A_LEADER_KEEPS = 6_000;

    EtcdInterop(Wiring.Form form) {
        super(form);
    }

    @Test
    @Order(10)
    void shouldAgreeWhenWrittenToThroughAllMembers() {
        Load.put(cluster, cluster.members(), ledger, "all", 10_000, 64);
    }

    @Test
    @Order(20)
    void shouldStoreAMegabyteWhenOneValueIsThatLarge() {
        for (EtcdMember member : cluster.members()) {
            Load.put(cluster, List.of(member), ledger, "megabyte/" + member.name(), 1, 1 << 20);
        }
    }

    @Test
    @Order(30)
    void shouldWriteOnWhenTheLeaderHandsOver() {
        EtcdMember next = cluster.followers().get(0);
        try (Load load = Load.start(cluster, cluster.members(), ledger, "handed-over")) {
            awaitPuts(load, 200);
            cluster.etcdctl(cluster.leader()).run("move-leader", cluster.idOf(next));
            assertThat(cluster.leader().name()).isEqualTo(next.name());
            awaitPuts(load, 200);
        }
    }

    @Test
    @Order(40)
    void shouldKeepALeaseWhenItIsRenewedThroughAFollower() {
        Etcdctl follower = cluster.etcdctl(cluster.followers().get(0));
        String lease = follower.run("lease", "grant", "60").split(" ")[1];
        follower.run("put", "--lease=" + lease, "leased", "here");
        await("some seconds of the lease to pass").atMost(PATIENCE).until(() -> secondsLeft(lease) <= 58);

        follower.run("lease", "keep-alive", "--once", lease);

        assertThat(secondsLeft(lease)).isGreaterThan(58);
        follower.run("lease", "revoke", lease);
        assertThat(follower.run("get", "leased")).isEmpty();
    }

    @Test
    @Order(50)
    void shouldVoteAndThenEndWhenAMemberIsAddedPromotedAndRemoved() {
        // Asked again until it agrees: it changes members only when all have been connected for five seconds.
        audit.expects("rejecting member (add|promote|remove) request.*unhealthy cluster");
        EtcdMember added = cluster.addLearner("d");
        audit.breaks(added);
        // It is dialled before it has caught up far enough to know by whom.
        audit.expects("failed to find remote peer in cluster");
        // When it is removed, what it sends is refused until it is told.
        audit.expects(
                "rejected stream from remote peer because it was removed|rejected Raft message from removed member");
        audit.expects("failed to process Raft message.*cannot process message from removed member");
        // It stops its Raft while messages still come.
        audit.expectsOf(added, "failed to process Raft message.*raft: stopped");
        audit.expects("the member has been permanently removed|data-dir used by this member must be removed");
        cluster.promote(added);
        cluster.awaitHealthy();
        Load.put(cluster, cluster.members(), ledger, "with-four", 500, 64);
        cluster.assertSameHash();

        cluster.remove(added);

        assertThat(added.process().endsWithin(PATIENCE))
                .as("whether the removed member ended by itself")
                .isTrue();
        Load.put(cluster, cluster.members(), ledger, "with-three", 500, 64);
    }

    @Test
    @Order(60)
    void shouldBeFoundWhenAMemberMovesToAnotherPeerUrl() {
        EtcdMember moving = cluster.followers().get(0);
        audit.breaks(moving);

        cluster.move(moving);

        cluster.awaitHealthy();
        assertThat(cluster.advertised(moving))
                .isEqualTo(Set.of(moving.urls().front().toString()));
        Load.put(cluster, List.of(moving), ledger, "moved", 200, 64);
    }

    @Test
    @Order(70)
    void shouldLoseNothingWhenTheLeaderIsKilledUnderLoad() {
        EtcdMember leader = cluster.leader();
        audit.breaks(leader);
        try (Load load = Load.start(cluster, cluster.members(), ledger, "leader-killed")) {
            awaitPuts(load, 500);
            leader.process().kill();
            awaitPuts(load, 500);
            leader.restart();
            awaitPuts(load, 500);
        }
    }

    /** Before any other snapshot is sent: etcd does not shorten its log for 30 seconds after one. */
    @Test
    @Order(48)
    void shouldCatchUpWhenAFollowerNeedsASnapshot() {
        EtcdMember follower = cluster.followers().get(0);
        List<EtcdMember> others = new ArrayList<>(cluster.members());
        others.remove(follower);
        audit.breaks(follower);
        // While it restores the snapshot it knows no peers.
        audit.expects("failed to find remote peer in cluster");
        follower.process().kill();
        Load.put(cluster, others, ledger, "snapshot", MORE_THAN_A_LEADER_KEEPS, 1_000);

        follower.restart();

        cluster.awaitHealthy();
        cluster.assertSameHash();
        assertThat(audit.lines())
                .as("the leader sends a snapshot")
                .anyMatch(line -> line.message().equals("sent database snapshot to writer"))
                .as("the follower applies it")
                .anyMatch(line ->
                        line.member().equals(follower.name()) && line.message().equals("applied snapshot"));
    }

    @Test
    @Order(90)
    void shouldStartANewClusterWhenRestoredFromASnapshot() {
        Path saved = folder.resolve("saved.db");
        cluster.etcdctl(cluster.leader()).run("snapshot", "save", saved.toString());
        EtcdCluster.Preparation restore = (member, data, bootstrap) -> {
            List<String> command = new ArrayList<>(List.of(
                    "snapshot",
                    "restore",
                    saved.toString(),
                    "--name=" + member.name(),
                    "--data-dir=" + data,
                    "--initial-advertise-peer-urls=" + member.front()));
            command.addAll(bootstrap);
            new Etcdctl(List.of(member.client())).run(command.toArray(String[]::new));
        };

        try (EtcdCluster restored = EtcdCluster.start(form, "restored", folder.resolve("restored"), restore)) {
            LogAudit quiet = new LogAudit(restored);
            Ledger more = new Ledger();
            Load.put(restored, restored.members(), more, "after-the-restore", 200, 64);

            restored.assertSameHash();
            ledger.assertKept(restored.client(restored.leader()));
            more.assertKept(restored.client(restored.leader()));
            quiet.assertAllExplained();
        }
    }

    private long secondsLeft(String lease) {
        return cluster.etcdctl()
                .json("lease", "timetolive", lease)
                .getAsJsonObject()
                .get("ttl")
                .getAsLong();
    }
}
