package dev.rafthttp.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rafthttp.PeerStatus.FollowerStatus;
import org.junit.jupiter.api.Test;

class FollowerStatsTest {
    private final FollowerStats stats = new FollowerStats();

    @Test
    void shouldSayNothingButFailuresWhenNothingSucceeded() {
        stats.failed(3);

        assertThat(stats.status()).isEqualTo(new FollowerStatus(0, 0, 0, 0, 0, 0, 3));
    }

    @Test
    void shouldKnowTheMomentsOfAllLatencies() {
        // The textbook sample: mean 5, population standard deviation 2.
        for (long latency : new long[] {2, 4, 4, 4, 5, 5, 7, 9}) {
            stats.succeeded(latency, 1);
        }

        assertThat(stats.status()).isEqualTo(new FollowerStatus(9, 5, 2, 2, 9, 8, 0));
    }

    @Test
    void shouldCountABatchOncePerMessage() {
        stats.succeeded(10, 3);
        stats.succeeded(50, 1);
        stats.failed(2);
        stats.failed(0);

        FollowerStatus status = stats.status();
        assertThat(status.successes()).isEqualTo(4);
        assertThat(status.failures()).isEqualTo(2);
        assertThat(status.averageNanos()).isEqualTo(20);
        assertThat(status.standardDeviationNanos()).isCloseTo(Math.sqrt(300), within(1e-9));
        assertThat(status.currentNanos()).isEqualTo(50);
    }

    @Test
    void shouldIgnoreABatchWithoutMsgApp() {
        stats.succeeded(10, 1);
        stats.succeeded(1_000, 0);

        assertThat(stats.status()).isEqualTo(new FollowerStatus(10, 10, 0, 10, 10, 1, 0));
    }

    @Test
    void shouldSayANumberWhenRoundingMakesTheVarianceNegative() {
        for (int i = 0; i < 1_000; i++) {
            stats.succeeded(123_456_789, 7);
        }

        assertThat(stats.status().standardDeviationNanos()).isNotNaN().isBetween(0.0, 123_456_789 * 1e-6);
    }
}
