package dev.rafthttp.peer;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** Keeps tasks until a test runs them, in order, on the test's own thread. */
public final class ManualExecutor implements Executor {
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** How many tasks wait. */
    public int pending() {
        return tasks.size();
    }

    /** Runs the oldest task. */
    public void runNext() {
        tasks.remove().run();
    }

    /** Runs all tasks, and those that they bring. */
    public void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }
}
