package dev.rafthttp.cluster;

import java.io.PrintStream;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Faults in a row. */
interface Scenario {

    /** What stands in the table. */
    String label();

    /** The next fault, chosen when its time has come, since it may depend on who leads then. */
    Step step(Cluster cluster, int number) throws Await.TimedOutException, InterruptedException;

    /** How many faults. */
    int steps();

    /**
     * Carries it out; the cluster is healthy before and after.
     *
     * @param name distinguishes the keys that are written
     * @param out gets a line a fault
     * @throws Await.TimedOutException if the cluster does not recover
     */
    default Outcome run(Cluster cluster, String name, PrintStream out)
            throws Await.TimedOutException, InterruptedException {
        Outcome all = Outcome.NONE;
        for (int number = 0; number < steps(); number++) {
            Step step = step(cluster, number);
            out.printf("  %s: ", step);
            Outcome outcome = step.run(cluster, name + "-" + number);
            out.printf(
                    "%d writes, %d lost, replicas %s, healthy after %.1f s, longest pause %.1f s%n",
                    outcome.acknowledged(),
                    outcome.lost(),
                    outcome.equal() ? "equal" : "DIFFERENT",
                    Table.seconds(outcome.healthyAfter()),
                    Table.seconds(outcome.longestPause()));
            all = all.and(outcome);
        }
        return all;
    }

    /** One fault of whoever leads, which is the worst member to lose. */
    static Scenario ofTheLeader(Fault fault) {
        return new Scenario() {
            @Override
            public String label() {
                return fault.label();
            }

            @Override
            public Step step(Cluster cluster, int number) throws Await.TimedOutException, InterruptedException {
                return new Step(fault, cluster.leader());
            }

            @Override
            public int steps() {
                return 1;
            }
        };
    }

    /** Every member in turn. */
    static Scenario rollingRestart() {
        return new Scenario() {
            @Override
            public String label() {
                return "rolling-restart";
            }

            @Override
            public Step step(Cluster cluster, int number) {
                return new Step(Fault.RESTART, cluster.members().get(number));
            }

            @Override
            public int steps() {
                return Cluster.SIZE;
            }
        };
    }

    /** Faults of members in an order that the seed decides, so that a run repeats. */
    static Scenario random(long seed, int faults) {
        List<Choice> choices = choices(seed, faults);
        return new Scenario() {
            @Override
            public String label() {
                return "random-" + seed;
            }

            @Override
            public Step step(Cluster cluster, int number) {
                Choice choice = choices.get(number);
                return new Step(choice.fault(), cluster.members().get(choice.member()));
            }

            @Override
            public int steps() {
                return choices.size();
            }
        };
    }

    /** A fault of the member with a number, from 0. */
    record Choice(Fault fault, int member) {}

    /** What a seed chooses. */
    static List<Choice> choices(long seed, int count) {
        Random random = new Random(seed);
        Fault[] faults = Fault.values();
        return Stream.generate(() -> new Choice(faults[random.nextInt(faults.length)], random.nextInt(Cluster.SIZE)))
                .limit(count)
                .toList();
    }
}
