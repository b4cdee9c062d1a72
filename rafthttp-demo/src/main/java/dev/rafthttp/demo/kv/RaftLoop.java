package dev.rafthttp.demo.kv;

import dev.rafthttp.MemberId;
import io.microraft.executor.RaftNodeExecutor;
import io.microraft.lifecycle.RaftNodeLifecycleAware;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which a member's Raft node and state machine run. It ends with the node, and drops tasks that are scheduled for
 * later. MicroRaft's own executor would wait for them for up to ten seconds.
 */
final class RaftLoop implements RaftNodeExecutor, RaftNodeLifecycleAware, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RaftLoop.class);

    /** Far longer than any task; a loop that needs longer is stuck. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final MemberId member;
    private final ScheduledThreadPoolExecutor thread;

    RaftLoop(MemberId member) {
        this.member = member;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread loop = new Thread(task, "raft-" + member);
            loop.setDaemon(true);
            return loop;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setRemoveOnCancelPolicy(true);
    }

    /** @throws java.util.concurrent.RejectedExecutionException if the node has ended, as the following two do */
    @Override
    public void execute(Runnable task) {
        thread.execute(guarded(task));
    }

    @Override
    public void submit(Runnable task) {
        thread.execute(guarded(task));
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
        thread.schedule(guarded(task), delay, unit);
    }

    /** Takes no further tasks. Tasks that are due now still run, so that their futures complete. */
    @Override
    public void onRaftNodeTerminate() {
        thread.shutdown();
    }

    /** Ends the thread, after the tasks that are due now. Not to be called on that thread. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("member {}: Raft's thread has not ended within {}", member, CLOSE_TIMEOUT);
                thread.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            thread.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error failure) {
                LOG.error("member {}: {} failed", member, task, failure);
            }
        };
    }
}
