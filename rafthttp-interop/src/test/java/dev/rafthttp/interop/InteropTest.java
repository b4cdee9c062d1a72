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
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * One cluster that goes through a class's scenarios in their order, and what must hold after each: all members are
 * healthy and agree, no acknowledged put is lost, and etcd complains of nothing but what the scenario broke. After a
 * scenario that fails the next one gets a cluster of its own: the old one may be without a member, or have one too many.
 */
@ExtendWith(InteropTest.Verdicts.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class InteropTest {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Wiring.Form form;
    Ledger ledger = new Ledger();
    EtcdCluster cluster;
    LogAudit audit;
    Path folder;
    private boolean spoiled;
    private int started;

    /** Tells a class's instance which of its scenarios failed, be it in itself or in what must hold after it. */
    static final class Verdicts implements AfterTestExecutionCallback, TestWatcher {
        @Override
        public void afterTestExecution(ExtensionContext context) {
            if (context.getExecutionException().isPresent()) {
                spoil(context);
            }
        }

        @Override
        public void testFailed(ExtensionContext context, Throwable cause) {
            spoil(context);
        }

        private static void spoil(ExtensionContext context) {
            ((InteropTest) context.getRequiredTestInstance()).spoiled = true;
        }
    }

    InteropTest(Wiring.Form form) {
        this.form = form;
    }

    @BeforeAll
    void startCluster(@TempDir(factory = MemoryFolder.class, cleanup = CleanupMode.ON_SUCCESS) Path folder) {
        this.folder = folder;
        assumeTrue(
                Commands.isOnPath("etcd") && Commands.isOnPath("etcdctl"),
                "SKIPPED: etcd or etcdctl is not on the PATH; Debian's etcd-server and etcd-client have them");
        newCluster();
    }

    private void newCluster() {
        ledger = new Ledger();
        // A leader keeps 5,000 entries beyond its last snapshot; a small count makes it take one often enough to
        // matter.
        cluster = EtcdCluster.start(form, folder.resolve("cluster-" + ++started), "--snapshot-count=100");
        clusterStarted();
    }

    /** Called when a cluster is healthy for the first time. */
    void clusterStarted() {}

    @BeforeEach
    void beginWithASoundCluster() {
        if (spoiled) {
            stopCluster();
            newCluster();
            spoiled = false;
        }
        audit = new LogAudit(cluster);
    }

    @AfterEach
    void holdTheClusterToItsPromises() {
        if (hasFailed()) {
            return;
        }
        cluster.awaitHealthy();
        cluster.assertSameHash();
        ledger.assertKept(cluster.client(cluster.members().get(0)));
        audit.assertAllExplained();
    }

    @AfterAll
    void stopCluster() {
        EtcdCluster stopped = cluster;
        cluster = null;
        if (stopped != null) {
            stopped.close();
        }
    }

    /** Whether the scenario has failed, so that nothing need hold any more. */
    boolean hasFailed() {
        return spoiled;
    }

    static void awaitPuts(Load load, int more) {
        long target = load.acknowledged() + more;
        await(more + " more acknowledged puts").atMost(PATIENCE).until(() -> load.acknowledged() >= target);
    }
}
