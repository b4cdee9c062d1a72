package dev.rafthttp.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One fault of one member under steady writes, from a healthy cluster to a healthy cluster, and the reckoning after it.
 *
 * @param fault what is done
 * @param member to whom
 */
record Step(Fault fault, Member member) {
    /** Writes that show that all is well before, and that the others go on while the member is broken. */
    private static final int ENOUGH_WRITES = 20;

    /** Long enough for a heartbeat to be missed, and for a leader to be missed by the others. */
    private static final Duration BROKEN = Duration.ofSeconds(2);

    /** What is not so by then, never will be. The promise is a shorter time, and is judged by the figure. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /**
     * Carries it out.
     *
     * @param name distinguishes the keys that are written meanwhile
     * @throws Await.TimedOutException if the cluster does not go on without the member, or does not become healthy again
     */
    Outcome run(Cluster cluster, String name) throws Await.TimedOutException, InterruptedException {
        Writers writers = new Writers(cluster.members(), name + "-");
        Duration healthyAfter;
        try (writers) {
            writers.awaitMore(ENOUGH_WRITES, PATIENCE);
            fault.inject(cluster, member);
            if (fault.lasts()) {
                long since = System.nanoTime();
                Await.until("end of the fault", PATIENCE, () -> System.nanoTime() - since >= BROKEN.toNanos());
                writers.awaitMore(ENOUGH_WRITES, PATIENCE);
                fault.heal(cluster, member);
            }
            healthyAfter = cluster.awaitHealthy(name, PATIENCE);
        }
        Map<String, String> acknowledged = writers.acknowledged();
        Optional<Replica> agreed = cluster.awaitEqualReplicas(PATIENCE);
        return new Outcome(
                1,
                acknowledged.size(),
                writers.refused(),
                lost(acknowledged, agreed),
                agreed.isPresent(),
                healthyAfter,
                writers.longestPause());
    }

    /** Of replicas that differ none can be said to have anything. */
    static long lost(Map<String, String> acknowledged, Optional<Replica> agreed) {
        Map<String, String> kept = agreed.map(Replica::entries).orElse(Map.of());
        return acknowledged.entrySet().stream()
                .filter(write -> !write.getValue().equals(kept.get(write.getKey())))
                .count();
    }

    @Override
    public String toString() {
        return fault.label() + " " + member;
    }
}
