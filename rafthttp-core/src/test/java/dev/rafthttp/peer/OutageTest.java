package dev.rafthttp.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.MemberId;
import dev.rafthttp.fixture.Surroundings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutageTest {
    private static final MemberId PEER = new MemberId(2);

    private final Surroundings surroundings = new Surroundings();
    private final Outage outage = new Outage(surroundings.environment(), PEER, surroundings.metrics);

    @Test
    void shouldReportOnceWhenAnOutageBegins() {
        outage.noticed();
        outage.noticed();
        outage.noticed();

        assertReports(1);
        assertThat(surroundings.raft.unreachable()).containsExactly(PEER);
        assertThat(surroundings.metrics.count("unreachable")).isEqualTo(1);
    }

    @Test
    void shouldNotReportOnTheThreadThatNotices() {
        outage.noticed();

        assertThat(surroundings.raft.unreachable()).isEmpty();
        assertThat(surroundings.executor.pending()).isEqualTo(1);
    }

    @Test
    void shouldReportOnceASecondWhenTheOutageLasts() {
        for (int i = 0; i < 35; i++) {
            outage.noticed();
            surroundings.scheduler.advance(Duration.ofMillis(100));
        }

        assertReports(4);
    }

    @Test
    void shouldNotReportWhenNobodyNoticesAnything() {
        outage.noticed();

        surroundings.scheduler.advance(Duration.ofSeconds(10));

        assertReports(1);
    }

    @Test
    void shouldReportAtOnceWhenAnotherOutageBeginsMuchLater() {
        outage.noticed();
        outage.ended();
        surroundings.scheduler.advance(Duration.ofSeconds(1));

        outage.noticed();

        assertReports(2);
    }

    @Test
    void shouldReportAtTheEndOfTheSecondWhenAnotherOutageBeginsWithinIt() {
        outage.noticed();
        surroundings.scheduler.advance(Duration.ofMillis(300));
        outage.ended();
        outage.noticed();
        outage.noticed();
        assertReports(1);

        surroundings.scheduler.advance(Duration.ofMillis(699));
        assertReports(1);
        surroundings.scheduler.advance(Duration.ofMillis(1));

        assertReports(2);
    }

    @Test
    void shouldReportOnceASecondWhenOutagesFollowEachOtherQuickly() {
        for (int i = 0; i < 2500; i++) {
            outage.noticed();
            outage.ended();
            surroundings.scheduler.advance(Duration.ofMillis(1));
        }

        assertReports(3);
    }

    private void assertReports(int count) {
        surroundings.executor.runAll();
        assertThat(surroundings.raft.unreachable()).hasSize(count);
    }
}
