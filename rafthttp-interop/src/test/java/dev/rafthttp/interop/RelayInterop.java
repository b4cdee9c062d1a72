package dev.rafthttp.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What comes on top when relays stand between the members: they account for every message, and may be killed too. */
abstract class RelayInterop extends EtcdInterop {
    private static final Logger LOG = LoggerFactory.getLogger(RelayInterop.class);

    private Map<String, Long> droppedWhileForming;

    RelayInterop(Wiring.Form form) {
        super(form);
    }

    /**
     * A member that campaigns before the others have started votes in vain, on a direct link too. By the time that all
     * are healthy, that is over.
     */
    @Override
    void clusterStarted() {
        whenAtRest(status -> assertThat(status.flows()).allSatisfy(RelayInterop::assertBalanced));
        droppedWhileForming = dropped();
        LOG.info("{}: dropped while the cluster formed: {}", form, droppedWhileForming);
    }

    /** Comes after the scenarios in which nothing breaks. */
    @Test
    @Order(45)
    void shouldHandOnEveryMessageWhenNothingBreaks() {
        whenAtRest(status -> assertThat(status.flows()).isNotEmpty().allSatisfy(RelayInterop::assertBalanced));
        assertThat(dropped()).isEqualTo(droppedWhileForming);
        LOG.info("{}: {}", form, statuses());
    }

    @Test
    @Order(100)
    void shouldLoseNothingWhenARelayIsKilledUnderLoad() {
        cluster.members().forEach(audit::breaks);
        audit.expects("stepped down to follower since quorum is not active");
        Relay relay = cluster.wiring().relays().get(0);
        try (Load load = Load.start(cluster, cluster.members(), ledger, "relay-killed")) {
            awaitPuts(load, 500);
            relay.process().kill();
            relay.restart();
            long restarted = System.nanoTime();
            relay.awaitReady();
            long ready = System.nanoTime();
            cluster.awaitHealthy();
            long healthy = System.nanoTime();
            LOG.info(
                    "{}: all members healthy {} ms after the relay was started again, {} ms after it was ready",
                    form,
                    TimeUnit.NANOSECONDS.toMillis(healthy - restarted),
                    TimeUnit.NANOSECONDS.toMillis(healthy - ready));
            awaitPuts(load, 500);
        }
    }

    @AfterEach
    void holdTheRelaysToTheirAccounts() {
        if (hasFailed()) {
            return;
        }
        whenAtRest(status -> {
            assertThat(status.undecodable())
                    .as("decode errors and corrupt streams")
                    .isZero();
            assertThat(status.flows()).allSatisfy(RelayInterop::assertBalanced);
        });
    }

    private static void assertBalanced(String flow, RelayStatus.Flow counts) {
        assertThat(counts.out() + counts.dropped()).as(flow).isEqualTo(counts.in());
    }

    /** What all relays together have given up, by direction and type, where there is any. */
    private Map<String, Long> dropped() {
        Map<String, Long> dropped = new TreeMap<>();
        for (RelayStatus status : statuses()) {
            status.flows().forEach((flow, counts) -> dropped.merge(flow, counts.dropped(), Long::sum));
        }
        dropped.values().removeIf(count -> count == 0);
        return dropped;
    }

    /** Between two heartbeats no message is on its way. */
    private void whenAtRest(Consumer<RelayStatus> holds) {
        await("the relays' accounts to balance")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(30))
                .untilAsserted(() -> assertThat(statuses()).allSatisfy(holds));
    }

    private List<RelayStatus> statuses() {
        return cluster.wiring().relays().stream()
                .filter(relay -> relay.process().isAlive())
                .map(relay -> RelayStatus.of(relay.status()))
                .toList();
    }
}
