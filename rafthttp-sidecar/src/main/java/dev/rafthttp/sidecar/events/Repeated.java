package dev.rafthttp.sidecar.events;

import java.util.HashMap;
import java.util.Map;

/**
 * Things that may happen thousands of times per second, told as few events: the first of a subject at once, and then, at intervals,
 * how many there were since. Subjects are never forgotten, so there must be few.
 *
 * <p>Any thread. Guarded by its own lock, which is not held while an event is told.
 *
 * @param <S> what a thing is about
 * @param <T> one thing
 */
public final class Repeated<S, T> {
    private final long intervalMillis;
    private final Told<S, T> told;
    private final Map<S, Long> totals = new HashMap<>();

    /** The things that have not been told, of each subject whose next event is due at some time. */
    private final Map<S, Untold<T>> untold = new HashMap<>();

    private record Untold<T>(long count, T last) {}

    /** Takes events. */
    @FunctionalInterface
    public interface Told<S, T> {
        /**
         * Takes one event.
         *
         * @param count of things since the last event of the subject
         * @param total of things since the start
         * @param last the newest of them
         */
        void tell(S subject, long count, long total, T last);
    }

    /** Runs a task later. */
    @FunctionalInterface
    public interface Later {
        void run(Runnable task, long delayMillis);
    }

    /** @param intervalMillis between two events of one subject */
    public Repeated(long intervalMillis, Told<S, T> told) {
        this.intervalMillis = intervalMillis;
        this.told = told;
    }

    /**
     * Counts a thing.
     *
     * @param later tells later of the things that come soon after this one
     */
    public void add(S subject, T thing, Later later) {
        boolean isFirst;
        synchronized (this) {
            totals.merge(subject, 1L, Long::sum);
            Untold<T> before = untold.get(subject);
            isFirst = before == null;
            untold.put(subject, new Untold<>(before == null ? 1 : before.count() + 1, thing));
        }
        if (isFirst) {
            tell(subject, later);
        }
    }

    /** Tells of what has not been told, if there is anything, and comes back later. */
    private void tell(S subject, Later later) {
        Untold<T> some;
        long total;
        synchronized (this) {
            total = totals.getOrDefault(subject, 0L);
            some = untold.get(subject);
            if (some == null || some.count() == 0) {
                untold.remove(subject);
                return;
            }
            untold.put(subject, new Untold<>(0, some.last()));
        }
        told.tell(subject, some.count(), total, some.last());
        later.run(() -> tell(subject, later), intervalMillis);
    }

    /** How many things there were, by subject. */
    public synchronized Map<S, Long> totals() {
        return new HashMap<>(totals);
    }
}
