package dev.rafthttp.client;

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
 * Runs every task exactly once: on the pool while it runs; before its start and after its stop, when few tasks come, one after
 * the other on a thread that ends when it has none. So Raft hears how each snapshot ended, whenever the transport closes.
 *
 * <p>Never on the caller's thread, which may be inside {@code send}. Any thread.
 */
final class TransportThreads implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(TransportThreads.class);

    /** How long the thread without a pool waits for another task. */
    private static final long KEPT_MILLIS = 100;

    private final QueuedThreadPool pool;
    private final ThreadPoolExecutor withoutPool;

    /** @param threadName of the thread without a pool, which is a daemon */
    TransportThreads(QueuedThreadPool pool, String threadName) {
        this.pool = pool;
        withoutPool =
                new ThreadPoolExecutor(1, 1, KEPT_MILLIS, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, threadName);
                    thread.setDaemon(true);
                    return thread;
                });
        withoutPool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        PoolTask pooled = new PoolTask(task);
        try {
            pool.execute(pooled);
        } catch (RejectedExecutionException noPool) {
            pooled.close();
        }
    }

    /** Waits, once the pool has stopped, for the tasks that it left. */
    void awaitLeft(long millis) {
        if (withoutPool.getTaskCount() == withoutPool.getCompletedTaskCount()) {
            return;
        }
        CountDownLatch done = new CountDownLatch(1);
        withoutPool.execute(done::countDown);
        try {
            if (!done.await(millis, TimeUnit.MILLISECONDS)) {
                LOG.warn("Raft still has not taken every report after the transport's time to close; they go on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** One task. A pool that stops closes those that it has not begun. */
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
            withoutPool.execute(this::runLogged);
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
