package dev.rafthttp.bench;

import dev.rafthttp.bench.Usage.Reading;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** What this process and some others take together, from the making of the meter until it is stopped. */
final class Meter {
    /** Often enough that a thread which ends had been idle since; a look at 150 threads takes a few milliseconds. */
    private static final long LOOK_SECONDS = 5;

    private final Usage own = new Usage(ProcessHandle.current());
    private final List<Usage> others;
    private final Reading ownStart;
    private final Reading othersStart;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "meter");
        thread.setDaemon(true);
        return thread;
    });
    private Reading ownEnd = Reading.NONE;
    private Reading othersEnd = Reading.NONE;

    Meter(List<ProcessHandle> others) {
        this.others = others.stream().map(Usage::new).toList();
        this.othersStart = readOthers();
        this.ownStart = own.read();
        looks.scheduleWithFixedDelay(this::read, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private synchronized void read() {
        ownEnd = own.read();
        othersEnd = readOthers();
    }

    private Reading readOthers() {
        return others.stream().map(Usage::read).reduce(Reading.NONE, Reading::plus);
    }

    /** Ends what is measured. */
    void stop() {
        read();
        looks.shutdown();
    }

    synchronized Reading others() {
        return othersEnd.minus(othersStart);
    }

    /** This process and the others. */
    synchronized Reading all() {
        return ownEnd.minus(ownStart).plus(others());
    }
}
