package dev.rafthttp.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that write steadily through all members, whatever becomes of these, and remember what was acknowledged. Each key is
 * written once: one that is not acknowledged may be there or not, and is not tried again.
 *
 * <p>Started when made. What was acknowledged is guarded by this object's monitor.
 */
final class Writers implements AutoCloseable {
    private static final int PER_MEMBER = 2;

    /** Between two writes of one client: a steady load, and not the most that two cores can do. */
    private static final long PAUSE_MILLIS = 20;

    private static final long CLOSE_SECONDS = 30;

    private final String prefix;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "writer");
        thread.setDaemon(true);
        return thread;
    });
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final Map<String, String> acknowledged = new HashMap<>();
    private long lastNanos = System.nanoTime();
    private long longestPauseNanos;

    /** @param prefix of all keys that these write */
    Writers(List<Member> members, String prefix) {
        this.prefix = prefix;
        for (Member member : members) {
            for (int i = 0; i < PER_MEMBER; i++) {
                threads.execute(() -> write(member.store()));
            }
        }
    }

    private void write(Store store) {
        try {
            do {
                writeOne(store);
            } while (!stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeOne(Store store) throws InterruptedException {
        long number = next.getAndIncrement();
        String key = prefix + number;
        String value = "value " + number;
        try {
            store.put(key, value);
            acknowledge(key, value);
        } catch (IOException refusal) {
            // As by a member that is broken. Whether the cluster goes on is seen by what is acknowledged.
            refused.incrementAndGet();
        }
    }

    private synchronized void acknowledge(String key, String value) {
        acknowledged.put(key, value);
        measurePause();
    }

    private void measurePause() {
        long now = System.nanoTime();
        longestPauseNanos = Math.max(longestPauseNanos, now - lastNanos);
        lastNanos = now;
    }

    /** What was acknowledged so far. */
    synchronized Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    synchronized int count() {
        return acknowledged.size();
    }

    /** Writes that were refused, or got no answer in time; they may have taken place. */
    long refused() {
        return refused.get();
    }

    /** The longest time in which no write through any member was acknowledged. */
    synchronized Duration longestPause() {
        return Duration.ofNanos(longestPauseNanos);
    }

    /** Returns when so many more have been acknowledged. */
    void awaitMore(int writes, Duration patience) throws Await.TimedOutException, InterruptedException {
        int enough = count() + writes;
        Await.until(writes + " more writes", patience, () -> count() >= enough);
    }

    /** Returns when no writer runs any more. */
    @Override
    public void close() {
        stopped.countDown();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("writers have not ended within " + CLOSE_SECONDS + " s");
            }
        } catch (InterruptedException stop) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            measurePause();
        }
    }
}
