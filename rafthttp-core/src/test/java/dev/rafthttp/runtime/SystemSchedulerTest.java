package dev.rafthttp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.rafthttp.fixture.LogLines;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemSchedulerTest {
    private static final Duration LATER = Duration.ofHours(1);

    private final SystemScheduler scheduler = new SystemScheduler("system-scheduler-test");

    @AfterEach
    void stop() {
        scheduler.close();
    }

    @Test
    void shouldRunTasksOnItsOneThreadInTheOrderOfTheirTimes() throws InterruptedException {
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        CountDownLatch done = new CountDownLatch(2);
        CountDownLatch scheduled = new CountDownLatch(1);
        scheduler.schedule(() -> awaitQuietly(scheduled), 0);
        scheduler.schedule(
                () -> {
                    ran.add("second on " + Thread.currentThread().getName());
                    done.countDown();
                },
                2_000_000);
        scheduler.schedule(
                () -> {
                    ran.add("first on " + Thread.currentThread().getName());
                    done.countDown();
                },
                0);
        scheduled.countDown();

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).containsExactly("first on system-scheduler-test", "second on system-scheduler-test");
    }

    @Test
    void shouldLogWhatATaskThrowsAndGoOn() throws InterruptedException {
        try (LogLines lines = LogLines.of(SystemScheduler.class)) {
            CountDownLatch done = new CountDownLatch(1);
            scheduler.schedule(
                    () -> {
                        throw new IllegalStateException("thrown");
                    },
                    0);
            scheduler.schedule(
                    () -> {
                        throw new AssertionError("an error");
                    },
                    0);
            scheduler.schedule(done::countDown, 0);

            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(lines.all()).extracting(ILoggingEvent::getLevel).containsExactly(Level.ERROR, Level.ERROR);
        }
    }

    @Test
    void shouldNotRunATaskWhenItIsCancelled() throws InterruptedException {
        Queue<String> ran = new ConcurrentLinkedQueue<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        scheduler.schedule(() -> awaitQuietly(cancelled), 0);
        Scheduler.Cancellable task = scheduler.schedule(() -> ran.add("cancelled"), 0);
        scheduler.schedule(done::countDown, 0);

        task.cancel();
        cancelled.countDown();

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).isEmpty();
    }

    @Test
    void shouldEndItsThreadAndTakeNoTaskWhenClosed() {
        scheduler.schedule(() -> {}, LATER.toNanos());
        await().until(() -> isAlive("system-scheduler-test"));

        scheduler.close();
        scheduler.close();
        scheduler.schedule(() -> {}, 0).cancel();

        await().until(() -> !isAlive("system-scheduler-test"));
    }

    private static boolean isAlive(String threadName) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().equals(threadName));
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
