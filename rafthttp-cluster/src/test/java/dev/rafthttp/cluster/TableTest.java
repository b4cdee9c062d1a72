package dev.rafthttp.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TableTest {
    private static final Outcome GOOD =
            new Outcome(1, 1_234, 5, 0, true, Duration.ofMillis(2_300), Duration.ofMillis(400));

    private final Table table = new Table();

    private String printed() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void shouldBeGoodWhenNothingIsLostAndAllIsHealthyInTime() {
        table.add(Kind.KV, Scenario.ofTheLeader(Fault.KILL_NODE), GOOD);

        assertThat(table.isGood()).isTrue();
        assertThat(printed())
                .contains("| kv | kill-node | 1 | 1,234 | 0 | equal | 2.3 s | 0.4 s |")
                .doesNotContain("PROBLEM");
    }

    @Test
    void shouldNameTheProblemWhenAWriteIsLost() {
        table.add(
                Kind.ETCD,
                Scenario.rollingRestart(),
                GOOD.and(new Outcome(1, 10, 0, 3, true, Duration.ZERO, Duration.ZERO)));

        assertThat(table.isGood()).isFalse();
        assertThat(printed()).contains("PROBLEM: etcd rolling-restart: 3 acknowledged writes lost, replicas equal");
    }

    @Test
    void shouldNameTheProblemWhenReplicasDifferOnce() {
        Outcome different = new Outcome(1, 10, 0, 0, false, Duration.ZERO, Duration.ZERO);
        table.add(Kind.KV, Scenario.random(1, 10), GOOD.and(different).and(GOOD));

        assertThat(table.isGood()).isFalse();
        assertThat(printed())
                .contains("| DIFFERENT |")
                .contains("PROBLEM: kv random-1: 0 acknowledged writes lost, replicas different");
    }

    @Test
    void shouldSayWhatWasLateAndBeGoodAllTheSameWhenNothingIsLost() {
        Outcome slow = new Outcome(1, 10, 0, 0, true, Duration.ofMillis(5_200), Duration.ZERO);
        table.add(Kind.KV, Scenario.ofTheLeader(Fault.CUT_NETWORK), GOOD.and(slow));

        assertThat(table.isGood()).isTrue();
        assertThat(printed()).contains("LATE: kv cut-network: healthy after 5.2 s, expected 5 s at most");
    }

    @Test
    void shouldNotBeGoodWhenAScenarioCameToNoEnd() {
        table.addFailure(Kind.KV, "random-1", new Await.TimedOutException("no leader within 60 s"));

        assertThat(table.isGood()).isFalse();
        assertThat(printed()).contains("PROBLEM: kv random-1: no leader within 60 s");
    }
}
