package dev.rafthttp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.fixture.Seed;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
    private static final long MIN = 50_000_000;
    private static final long MAX = 1_000_000_000;

    private final long seed = Seed.or(1);
    private final Random random = new Random(seed);

    @Test
    void shouldDoubleFromTheMinimumToTheMaximumWithinHalfAndTheWhole() {
        long[] ceilings = {MIN, 2 * MIN, 4 * MIN, 8 * MIN, 16 * MIN, MAX, MAX, MAX};
        for (int round = 0; round < 1000; round++) {
            Backoff backoff = new Backoff(MIN, MAX, random);
            for (long ceiling : ceilings) {
                assertThat(backoff.nextNanos()).as(Seed.howToRepeat(seed)).isBetween(ceiling / 2, ceiling);
            }
        }
    }

    @Test
    void shouldStartFromTheMinimumWhenReset() {
        Backoff backoff = new Backoff(MIN, MAX, random);
        for (int i = 0; i < 10; i++) {
            backoff.nextNanos();
        }

        backoff.reset();

        assertThat(backoff.nextNanos()).as(Seed.howToRepeat(seed)).isBetween(MIN / 2, MIN);
    }

    @Test
    void shouldDifferBetweenDiallersWhenTheyFailTogether() {
        long distinct = LongStream.generate(() -> new Backoff(MIN, MAX, random).nextNanos())
                .limit(100)
                .distinct()
                .count();

        assertThat(distinct).as(Seed.howToRepeat(seed)).isGreaterThan(90);
    }

    @Test
    void shouldNotOverflowWhenTheMaximumIsTheLargestNumber() {
        Backoff backoff = new Backoff(Long.MAX_VALUE / 3, Long.MAX_VALUE, random);

        for (int i = 0; i < 5; i++) {
            assertThat(backoff.nextNanos()).as(Seed.howToRepeat(seed)).isGreaterThanOrEqualTo(Long.MAX_VALUE / 6);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3})
    void shouldJitterWithinHalfAndTheWholeWhenTheTimeIsTiny(long nanos) {
        for (int i = 0; i < 100; i++) {
            assertThat(Backoff.jitter(nanos, random)).as(Seed.howToRepeat(seed)).isBetween(nanos / 2, nanos);
        }
    }
}
