package dev.rafthttp.jetty;

import java.io.Closeable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs every task exactly once. While the pool runs, its threads run the tasks. Before the pool has started and after
 * it has stopped, a single spare thread runs them, one after the other; it ends when it has none. So Raft is always
 * told the result of a snapshot, whenever the transport closes.
 *
 * <p>No task runs on the caller's thread, which may be inside {@code send}. Any thread.
 */
final class TransportThreads implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(TransportThreads.class);

    /** How long the spare thread waits for another task. */
    private static final long KEPT_MILLIS = 100;

    private final QueuedThreadPool pool;
    private final ThreadPoolExecutor spare;

    /** @param threadName of the spare thread, which is a daemon */
    TransportThreads(QueuedThreadPool pool, String threadName) {
        this.pool = pool;
        spare = new ThreadPoolExecutor(1, 1, KEPT_MILLIS, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        spare.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        PoolTask pooled = new PoolTask(task);
        try {
            pool.execute(pooled);
        } catch (RejectedExecutionException notRunning) {
            pooled.close();
        }
    }

    /** Waits for the tasks of the spare thread. Call after the pool has stopped. */
    void awaitLeft(long millis) {
        if (spare.getTaskCount() == spare.getCompletedTaskCount()) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        spare.execute(done::countDown);
        try {
            if (!done.await(millis, TimeUnit.MILLISECONDS)) {
                LOG.warn("the time to close is over, but Raft has not taken every report; the reports go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One task. A pool that stops closes the tasks that it has not begun. */
    private final class PoolTask implements Runnable, Closeable {
        private final Runnable task;

        PoolTask(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            task.run();
        }

        @Override
        public void close() {
            spare.execute(this::runLogged);
        }

        private void runLogged() {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("a task of the transport failed", e);
            }
        }
    }
}
