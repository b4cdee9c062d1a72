package dev.rafthttp.bench;

import java.util.OptionalDouble;

/**
 * A limit for a number, or for its ratio to another program's.
 *
 * @param beside the other program; empty if the number itself is limited
 * @param atMost whether less is better
 * @param bound what must be reached
 * @param goal what would be better still; the bound if nothing is
 */
record Target(String beside, boolean atMost, double bound, double goal) {
    /** Our number divided by another program's. */
    static Target ratioAtLeast(String beside, double bound, double goal) {
        return new Target(beside, false, bound, goal);
    }

    /** Our number divided by another program's. */
    static Target ratioAtMost(String beside, double bound, double goal) {
        return new Target(beside, true, bound, goal);
    }

    static Target atLeast(double bound) {
        return new Target("", false, bound, bound);
    }

    static Target atMost(double bound, double goal) {
        return new Target("", true, bound, goal);
    }

    /** @param measured the number or the ratio; empty if there is none */
    Verdict verdict(OptionalDouble measured) {
        if (measured.isEmpty()) {
            return Verdict.NOT_MEASURED;
        }
        double value = measured.getAsDouble();
        if (!reaches(value, bound)) {
            return Verdict.MISSED;
        }
        return goal != bound && reaches(value, goal) ? Verdict.GOAL_MET : Verdict.MET;
    }

    private boolean reaches(double value, double limit) {
        return atMost ? value <= limit : value >= limit;
    }

    /** {@code ≥ 3 × go (goal 5)}. */
    @Override
    public String toString() {
        String limit = (atMost ? "≤ " : "≥ ") + brief(bound) + (beside.isEmpty() ? "" : " × " + beside);
        return goal == bound ? limit : limit + " (goal " + brief(goal) + ")";
    }

    private static String brief(double value) {
        return value == Math.rint(value) ? Lines.format("%,.0f", value) : String.valueOf(value);
    }

    /** How a measurement stands to a target. */
    enum Verdict {
        GOAL_MET("goal met"),
        MET("met"),
        MISSED("**missed**"),
        NOT_MEASURED("not measured");

        private final String words;

        Verdict(String words) {
            this.words = words;
        }

        @Override
        public String toString() {
            return words;
        }
    }
}
