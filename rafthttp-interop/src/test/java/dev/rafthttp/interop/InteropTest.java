package dev.rafthttp.interop;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * One cluster that goes through a class's scenarios in their order, and what must hold after each: all members are
 * healthy and agree, no acknowledged put is lost, and etcd complains of nothing but what the scenario broke.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class InteropTest {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Wiring.Form form;
    final Ledger ledger = new Ledger();
    EtcdCluster cluster;
    LogAudit audit;
    Path folder;

    InteropTest(Wiring.Form form) {
        this.form = form;
    }

    @BeforeAll
    void startCluster(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) {
        this.folder = folder;
        assumeTrue(
                Commands.isOnPath("etcd") && Commands.isOnPath("etcdctl"),
                "SKIPPED: etcd or etcdctl is not on the PATH; Debian's etcd-server and etcd-client have them");
        // A leader keeps 5,000 entries beyond its last snapshot; a small count makes it take one often enough to
        // matter.
        cluster = EtcdCluster.start(form, folder.resolve("cluster"), "--snapshot-count=100");
    }

    @BeforeEach
    void beginAudit() {
        audit = new LogAudit(cluster);
    }

    @AfterEach
    void holdTheClusterToItsPromises() {
        cluster.awaitHealthy();
        cluster.assertSameHash();
        ledger.assertKept(cluster.client(cluster.members().get(0)));
        audit.assertAllExplained();
    }

    @AfterAll
    void stopCluster() {
        if (cluster != null) {
            cluster.close();
        }
    }

    static void awaitPuts(Load load, int more) {
        long target = load.acknowledged() + more;
        await(more + " more acknowledged puts").atMost(PATIENCE).until(() -> load.acknowledged() >= target);
    }
}
