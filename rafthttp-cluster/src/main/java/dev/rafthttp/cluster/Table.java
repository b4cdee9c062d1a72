package dev.rafthttp.cluster;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What was done and measured, as docs/cluster-tests.md shows it. */
final class Table {
    private static final double MILLIS_A_SECOND = 1e3;

    private final List<String> lines = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final List<String> late = new ArrayList<>();

    void add(Kind kind, Scenario scenario, Outcome outcome) {
        lines.add("| %s | %s | %d | %,d | %d | %s | %.1f s | %.1f s |"
                .formatted(
                        kind.label(),
                        scenario.label(),
                        outcome.faults(),
                        outcome.acknowledged(),
                        outcome.lost(),
                        outcome.equal() ? "equal" : "DIFFERENT",
                        seconds(outcome.healthyAfter()),
                        seconds(outcome.longestPause())));
        if (!outcome.isSafe()) {
            problems.add(kind.label() + " " + scenario.label() + ": " + outcome.lost() + " acknowledged writes lost, "
                    + "replicas " + (outcome.equal() ? "equal" : "different"));
        }
        if (!outcome.isPrompt()) {
            late.add("%s %s: healthy after %.1f s, expected %d s at most"
                    .formatted(
                            kind.label(),
                            scenario.label(),
                            seconds(outcome.healthyAfter()),
                            Outcome.HEALTHY_WITHIN.toSeconds()));
        }
    }

    /** Notes that a scenario came to no end. */
    void addFailure(Kind kind, String what, Exception failure) {
        problems.add(kind.label() + " " + what + ": " + failure.getMessage());
    }

    void print(PrintStream out) {
        out.println();
        out.println(
                "| cluster | scenario | faults | writes acknowledged | lost | replicas | healthy after | longest pause |");
        out.println("|---|---|---|---|---|---|---|---|");
        lines.forEach(out::println);
        out.println();
        late.forEach(what -> out.println("LATE: " + what));
        problems.forEach(problem -> out.println("PROBLEM: " + problem));
    }

    /** Whether every scenario came to its end and nothing was lost; how long that took depends on the machine. */
    boolean isGood() {
        return problems.isEmpty();
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / MILLIS_A_SECOND;
    }
}
