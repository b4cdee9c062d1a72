package dev.rafthttp.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What a cluster of real etcd members goes through, one after the other, the same with every wiring. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class EtcdInterop {
    private final Wiring.Form form;
    private final Ledger ledger = new Ledger();
    private EtcdCluster cluster;

    EtcdInterop(Wiring.Form form) {
        this.form = form;
    }

    @BeforeAll
    void startCluster(@TempDir Path folder) {
        assumeTrue(
                Commands.isOnPath("etcd") && Commands.isOnPath("etcdctl"),
                "SKIPPED: etcd or etcdctl is not on the PATH; Debian's etcd-server and etcd-client have them");
        cluster = EtcdCluster.start(form, folder, "--snapshot-count=100");
    }

    @AfterAll
    void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    @Order(1)
    void shouldAgreeWhenWrittenToThroughAllMembers() {
        Load.put(cluster, cluster.members(), ledger, "all", 10_000, 64);

        cluster.assertSameHash();
        ledger.assertKept(cluster.client(cluster.leader()));
    }
}
