package dev.rafthttp.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundTripsTest {
    private final RoundTrips roundTrips = new RoundTrips();

    @Test
    void shouldBeZeroBeforeTheFirst() {
        assertThat(roundTrips.quantile(0.5)).isZero();
    }

    @Test
    void shouldTellQuantilesOfWhatWasRecorded() {
        for (int nanos = 100; nanos >= 1; nanos--) {
            roundTrips.record(nanos);
        }

        assertThat(roundTrips.quantile(0)).isEqualTo(1);
        assertThat(roundTrips.quantile(0.5)).isEqualTo(51);
        assertThat(roundTrips.quantile(0.99)).isEqualTo(100);
        assertThat(roundTrips.quantile(1)).isEqualTo(100);
    }

    @Test
    void shouldForgetTheOldestWhenThereAreMoreThanAMinutesWorth() {
        for (int i = 0; i < 100; i++) {
            roundTrips.record(1_000_000);
        }
        for (int i = 0; i < 128; i++) {
            roundTrips.record(5);
        }

        assertThat(roundTrips.quantile(1)).isEqualTo(5);
    }
}
