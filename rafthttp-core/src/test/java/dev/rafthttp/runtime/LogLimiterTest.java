package dev.rafthttp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.fixture.VirtualScheduler;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LogLimiterTest {
    private final VirtualScheduler clock = new VirtualScheduler();
    private final LogLimiter limiter = new LogLimiter(clock::nanoTime);

    @Test
    void shouldLetTheFirstLineThrough() {
        assertThat(limiter.acquire()).isZero();
    }

    @Test
    void shouldHoldBackLinesWithinTheInterval() {
        limiter.acquire();
        clock.advance(Duration.ofMillis(4_999));

        assertThat(limiter.acquire()).isEqualTo(-1);
    }

    @Test
    void shouldTellHowManyLinesWereHeldBackWhenTheIntervalIsOver() {
        limiter.acquire();
        limiter.acquire();
        limiter.acquire();
        clock.advance(Duration.ofSeconds(5));

        assertThat(limiter.acquire()).isEqualTo(2);
        assertThat(limiter.acquire()).isEqualTo(-1);
        clock.advance(Duration.ofSeconds(5));
        assertThat(limiter.acquire()).isEqualTo(1);
    }
}
