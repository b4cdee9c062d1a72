package dev.rafthttp.cluster;

import java.time.Duration;

/**
 * How a cluster took one or more faults.
 *
 * @param faults how many
 * @param acknowledged writes that were acknowledged meanwhile
 * @param refused writes that were refused, or not answered in time, which clients have to allow for
 * @param lost acknowledged writes that are not there at the end; must be 0
 * @param equal whether all replicas were equal after each fault
 * @param healthyAfter from the end of a fault until every member took writes again and had all others'; of several faults the
 *     longest
 * @param longestPause in which no write through any member was acknowledged
 */
record Outcome(
        int faults,
        long acknowledged,
        long refused,
        long lost,
        boolean equal,
        Duration healthyAfter,
        Duration longestPause) {
    /** The promise: healthy so soon after healing. */
    static final Duration HEALTHY_WITHIN = Duration.ofSeconds(5);

    /** Nothing yet. */
    static final Outcome NONE = new Outcome(0, 0, 0, 0, true, Duration.ZERO, Duration.ZERO);

    /** This and then another. */
    Outcome and(Outcome next) {
        return new Outcome(
                faults + next.faults,
                acknowledged + next.acknowledged,
                refused + next.refused,
                lost + next.lost,
                equal && next.equal,
                max(healthyAfter, next.healthyAfter),
                max(longestPause, next.longestPause));
    }

    /** Whether no acknowledged write is lost, and the replicas are equal. */
    boolean isSafe() {
        return lost == 0 && equal;
    }

    /** Whether it also was healthy again in time. */
    boolean isPrompt() {
        return healthyAfter.compareTo(HEALTHY_WITHIN) <= 0;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }
}
