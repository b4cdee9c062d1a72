package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.testkit.engine.EventConditions.event;
import static org.junit.platform.testkit.engine.EventConditions.finishedSuccessfully;
import static org.junit.platform.testkit.engine.EventConditions.finishedWithFailure;
import static org.junit.platform.testkit.engine.EventConditions.test;
import static org.junit.platform.testkit.engine.TestExecutionResultConditions.message;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Holds failing scenarios to themselves. */
class InteropTestTest {
    /** Breaks its cluster for good in the first scenario, and fails as one does that did not get to mend it. */
    static class Sabotaged extends InteropTest {
        private static ChildProcess left;
        private static Path kept;

        Sabotaged() {
            super(Wiring.Form.DIRECT);
        }

        @Test
        @Order(1)
        void kills() {
            List<EtcdMember> followers = cluster.followers();
            left = followers.get(1).process();
            kept = folder;
            followers.get(0).process().kill();
            throw new AssertionError("on purpose");
        }

        @Test
        @Order(2)
        void complains() {
            Load.put(cluster, cluster.members(), ledger, "all", 10, 64);
            ledger.acknowledged("never", "put");
        }

        @Test
        @Order(3)
        void puts() {
            Load.put(cluster, cluster.members(), ledger, "all", 10, 64);
        }
    }

    @Test
    void shouldGiveTheNextScenarioAClusterOfItsOwnWhenOneFails() {
        assumeTrue(
                Commands.isOnPath("etcd") && Commands.isOnPath("etcdctl"),
                "SKIPPED: etcd or etcdctl is not on the PATH; Debian's etcd-server and etcd-client have them");

        EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Sabotaged.class))
                .execute();

        results.testEvents()
                .finished()
                .assertEventsMatchExactly(
                        event(test("kills"), finishedWithFailure(message("on purpose"))),
                        event(test("complains"), finishedWithFailure(message(text -> text.contains("never")))),
                        event(test("puts"), finishedSuccessfully()));
        assertThat(Sabotaged.left.isAlive())
                .as("whether the cluster of the failed scenario still runs")
                .isFalse();
        // A class that fails leaves it for whoever looks for the cause: a GB of memory.
        Folders.delete(Sabotaged.kept);
    }
}
