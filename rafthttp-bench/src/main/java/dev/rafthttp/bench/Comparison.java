package dev.rafthttp.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the programs printed in one scenario, round by round, and its rows of the table. */
final class Comparison {
    private final Scenario scenario;

    /** By program, the first one ours; then by number, a median of the round's lines each. */
    private final Map<String, Map<Metric, List<Double>>> rounds = new LinkedHashMap<>();

    Comparison(Scenario scenario) {
        this.scenario = scenario;
    }

    /** The head of the table, for programs in the order in which they will be added. */
    static String head(List<String> programs) {
        StringBuilder head = new StringBuilder("| scenario | " + programs.get(0) + " |");
        StringBuilder rule = new StringBuilder("|---|---|");
        for (String other : programs.subList(1, programs.size())) {
            head.append(' ').append(other).append(" | ratio |");
            rule.append("---|---|");
        }
        return head.append('\n').append(rule).toString();
    }

    /**
     * Adds the lines of one program's process.
     *
     * @throws IllegalArgumentException if no line has the numbers of the scenario
     */
    void add(String program, List<String> lines) {
        for (Metric metric : scenario.metrics()) {
            List<Double> values = lines.stream()
                    .map(metric::in)
                    .filter(value -> value.isPresent())
                    .map(value -> value.getAsDouble())
                    .toList();
            if (values.isEmpty()) {
                throw new IllegalArgumentException(
                        program + " printed no " + metric.title() + " in " + scenario + ": " + lines);
            }
            rounds.computeIfAbsent(program, name -> new EnumMap<>(Metric.class))
                    .computeIfAbsent(metric, name -> new ArrayList<>())
                    .add(median(values));
        }
    }

    /** One row a number: the median of the rounds, and that of the rounds' ratios of ours to the other's. */
    String rows() {
        List<String> programs = List.copyOf(rounds.keySet());
        StringBuilder rows = new StringBuilder();
        for (Metric metric : scenario.metrics()) {
            List<Double> ours = values(programs.get(0), metric);
            rows.append("| ")
                    .append(scenario.title())
                    .append(": ")
                    .append(metric.title())
                    .append(" | ");
            rows.append(number(median(ours))).append(" |");
            for (String other : programs.subList(1, programs.size())) {
                List<Double> theirs = values(other, metric);
                List<Double> ratios = new ArrayList<>();
                for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
                    ratios.add(ours.get(i) / theirs.get(i));
                }
                rows.append(Lines.format(" %s | %.2f × |", number(median(theirs)), median(ratios)));
            }
            rows.append('\n');
        }
        return rows.toString();
    }

    private List<Double> values(String program, Metric metric) {
        return rounds.getOrDefault(program, Map.of()).getOrDefault(metric, List.of());
    }

    private static String number(double value) {
        return Lines.format(value < 100 ? "%.2f" : "%,.0f", value);
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
