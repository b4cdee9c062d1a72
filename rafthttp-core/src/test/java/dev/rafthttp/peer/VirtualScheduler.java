package dev.rafthttp.peer;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when a test says so. Tasks run on the thread that calls {@link #advance}, each at its own time, those
 * of one time in the order they were scheduled.
 *
 * <p>The monotonic clock starts just before it overflows, so that whoever compares its values, not their differences, fails.
 */
public final class VirtualScheduler implements Scheduler {
    private static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");
    private static final long FIRST_NANO_TIME =
            Long.MAX_VALUE - Duration.ofMillis(700).toNanos();

    // Guarded by this.
    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::number));
    private long elapsedNanos;
    private long scheduled;

    private record Task(Runnable action, long dueNanos, long number) {}

    @Override
    public synchronized long nanoTime() {
        return FIRST_NANO_TIME + elapsedNanos;
    }

    @Override
    public synchronized Instant now() {
        return EPOCH.plusNanos(elapsedNanos);
    }

    @Override
    public synchronized Cancellable schedule(Runnable action, long delayNanos) {
        Task task = new Task(action, elapsedNanos + Math.max(0, delayNanos), scheduled++);
        tasks.add(task);
        return () -> cancel(task);
    }

    private synchronized void cancel(Task task) {
        tasks.remove(task);
    }

    /** Lets time pass, and runs what becomes due, including what that schedules. */
    public void advance(Duration time) {
        advance(time.toNanos());
    }

    /** As {@link #advance(Duration)}, in nanoseconds. */
    public void advance(long nanos) {
        long until;
        synchronized (this) {
            until = elapsedNanos + nanos;
        }
        for (Task task = nextDue(until); task != null; task = nextDue(until)) {
            task.action.run();
        }
        synchronized (this) {
            elapsedNanos = Math.max(elapsedNanos, until);
        }
    }

    /** How many tasks wait. */
    public synchronized int pending() {
        return tasks.size();
    }

    private synchronized @Nullable Task nextDue(long untilNanos) {
        Task task = tasks.peek();
        if (task == null || task.dueNanos > untilNanos) {
            return null;
        }
        elapsedNanos = Math.max(elapsedNanos, task.dueNanos);
        return tasks.poll();
    }
}
