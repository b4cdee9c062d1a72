package dev.rafthttp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.fixture.LogLines;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CloseDeadlineTest {
    private final AtomicLong nanos = new AtomicLong(7);

    @Test
    void shouldGiveAllPartsTogetherNoMoreThanThereIsWhenEachTakesAllItMay() {
        CloseDeadline deadline = new CloseDeadline(5_000, nanos::get);
        long sum = 0;
        for (int part = 0; part < 5; part++) {
            sum += deadline.partMillis();
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(deadline.partMillis()));
        }
        sum += deadline.leftMillis();

        assertThat(sum).isBetween(4_990L, 5_000L);
    }

    @Test
    void shouldLeaveOneMillisecondWhenItIsOver() {
        CloseDeadline deadline = new CloseDeadline(5_000, nanos::get);
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));

        assertThat(deadline.leftMillis()).isEqualTo(1);
        assertThat(deadline.partMillis()).isEqualTo(1);
    }

    @Test
    void shouldGoOnAndSayWhichWhenAPartHangsOrThrows() {
        try (LogLines lines = LogLines.of(CloseDeadline.class)) {
            CloseDeadline deadline = new CloseDeadline(100, System::nanoTime);
            CountDownLatch never = new CountDownLatch(1);

            deadline.stop("hanging", "the hanging part", never::await);
            new CloseDeadline(60_000, System::nanoTime).stop("throwing", "the throwing part", () -> {
                throw new IllegalStateException("no");
            });

            assertThat(lines.texts()).hasSize(2);
            assertThat(lines.texts().get(0)).startsWith("the hanging part is still closing after ");
            assertThat(lines.texts().get(1)).isEqualTo("the throwing part did not stop cleanly");
            never.countDown();
        }
    }
}
