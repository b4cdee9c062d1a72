package dev.rafthttp.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.MemberId;
import dev.rafthttp.fixture.Surroundings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutageTest {
    private static final MemberId PEER = new MemberId(2);

    private final Surroundings surroundings = new Surroundings();
    private final Outage outage = new Outage(
            surroundings.scheduler,
            PEER,
            surroundings.metrics,
            new RaftReports(surroundings.raft, surroundings.executor, surroundings.scheduler));

    @Test
    void shouldReportOnceWhenAnOutageBegins() {
        outage.lost();
        outage.lost();
        outage.lost();

        assertReports(1);
        assertThat(surroundings.raft.unreachable()).containsExactly(PEER);
        assertThat(surroundings.metrics.count("unreachable")).isEqualTo(1);
    }

    @Test
    void shouldNotReportOnTheThreadThatNotices() {
        outage.lost();

        assertThat(surroundings.raft.unreachable()).isEmpty();
        assertThat(surroundings.executor.pending()).isEqualTo(1);
    }

    @Test
    void shouldReportOncePerSecondWhenMessagesAreLost() {
        for (int i = 0; i < 35; i++) {
            outage.lost();
            surroundings.scheduler.advance(Duration.ofMillis(100));
        }

        assertReports(4);
    }

    @Test
    void shouldNotReportWhenNobodyNoticesAnything() {
        outage.lost();

        surroundings.scheduler.advance(Duration.ofSeconds(10));

        assertReports(1);
    }

    @Test
    void shouldReportAtOnceWhenAnotherOutageBeginsMuchLater() {
        outage.lost();
        outage.ended();
        surroundings.scheduler.advance(Duration.ofSeconds(1));

        outage.lost();

        assertReports(2);
    }

    @Test
    void shouldReportAtTheEndOfTheSecondWhenAnotherOutageBeginsWithinIt() {
        outage.lost();
        surroundings.scheduler.advance(Duration.ofMillis(300));
        outage.ended();
        outage.lost();
        outage.lost();
        assertReports(1);

        surroundings.scheduler.advance(Duration.ofMillis(699));
        assertReports(1);
        surroundings.scheduler.advance(Duration.ofMillis(1));

        assertReports(2);
    }

    @Test
    void shouldReportOnceASecondWhenOutagesFollowEachOtherQuickly() {
        for (int i = 0; i < 2500; i++) {
            outage.lost();
            outage.ended();
            surroundings.scheduler.advance(Duration.ofMillis(1));
        }

        assertReports(3);
    }

    @Test
    void shouldReportOnceWhenAPeerIsOnlyDialledInVain() {
        for (int dial = 0; dial < 200; dial++) {
            outage.dialFailed();
            surroundings.scheduler.advance(Duration.ofMillis(225));
        }

        assertReports(1);
    }

    @Test
    void shouldReportMessagesThatAreLostWhileDialsFail() {
        outage.dialFailed();
        surroundings.scheduler.advance(Duration.ofSeconds(30));
        outage.lost();
        outage.dialFailed();
        surroundings.scheduler.advance(Duration.ofSeconds(1));
        outage.dialFailed();

        assertReports(2);
    }

    @Test
    void shouldReportADialThatFailsAfterThePeerWasReachable() {
        outage.dialFailed();
        outage.ended();
        surroundings.scheduler.advance(Duration.ofSeconds(1));

        outage.dialFailed();

        assertReports(2);
    }

    private void assertReports(int count) {
        surroundings.executor.runAll();
        assertThat(surroundings.raft.unreachable()).hasSize(count);
    }
}
