package dev.rafthttp.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What the programs printed in one scenario, round by round, and its rows of the table. */
final class Comparison {
    /** The column of another build of ours. */
    static final String BEFORE = "before";

    private final Scenario scenario;
    private final List<String> programs;

    /** By who measured what, a median of each round's lines. */
    private final Map<Source, Map<Metric, List<Double>>> rounds = new HashMap<>();

    private final Map<Target.Verdict, Integer> verdicts = new EnumMap<>(Target.Verdict.class);

    /** @param programs in the order of the columns, the first one ours; some may have no numbers here */
    Comparison(Scenario scenario, List<String> programs) {
        this.scenario = scenario;
        this.programs = List.copyOf(programs);
    }

    /** The head of the table. */
    static String head(List<String> programs) {
        StringBuilder head = new StringBuilder("| scenario | " + programs.get(0) + " |");
        StringBuilder rule = new StringBuilder("|---|---|");
        for (String other : programs.subList(1, programs.size())) {
            head.append(' ').append(other).append(" | ratio |");
            rule.append("---|---|");
        }
        return head.append(" target | verdict |\n")
                .append(rule)
                .append("---|---|")
                .toString();
    }

    /**
     * Adds the lines of one run of a program.
     *
     * @throws IllegalArgumentException if no line has the numbers of the scenario
     */
    void add(String program, List<String> lines) {
        add(program, Carrier.RAFTHTTP, lines);
    }

    /**
     * Adds the lines of one run of one of our builds.
     *
     * @param carrier the transport in process, or sidecars
     * @throws IllegalArgumentException if no line has the numbers of the scenario
     */
    void add(String program, Carrier carrier, List<String> lines) {
        for (Metric metric : Row.metrics(scenario, carrier)) {
            List<Double> values = lines.stream()
                    .map(metric::in)
                    .filter(value -> value.isPresent())
                    .map(value -> value.getAsDouble())
                    .toList();
            if (values.isEmpty()) {
                throw new IllegalArgumentException(
                        program + " printed no " + metric.title() + " in " + scenario + ": " + lines);
            }
            rounds.computeIfAbsent(new Source(program, carrier), source -> new EnumMap<>(Metric.class))
                    .computeIfAbsent(metric, name -> new ArrayList<>())
                    .add(median(values));
        }
    }

    /**
     * One row a number: the median of the rounds, that of the rounds' ratios of ours to the other's, and the verdict on each
     * target.
     */
    String rows() {
        verdicts.clear();
        return Row.of(scenario).stream().map(this::row).collect(Collectors.joining());
    }

    /** How often each verdict stands in the rows made last. */
    Map<Target.Verdict, Integer> verdicts() {
        return Map.copyOf(verdicts);
    }

    private String row(Row row) {
        StringBuilder cells = new StringBuilder("| " + row.title() + " | ");
        cells.append(number(medianOf(values(programs.get(0), row)))).append(" |");
        for (String other : programs.subList(1, programs.size())) {
            OptionalDouble ratio = ratio(other, row);
            cells.append(' ')
                    .append(number(medianOf(values(other, row))))
                    .append(" | ")
                    .append(ratio.isPresent() ? Lines.format("%.2f ×", ratio.getAsDouble()) : "")
                    .append(" |");
        }
        String targets = row.targets().stream().map(Target::toString).collect(Collectors.joining("; "));
        String judged = row.targets().stream()
                .map(target -> judge(target, row).toString())
                .collect(Collectors.joining("; "));
        return cells.append(' ')
                .append(targets)
                .append(" | ")
                .append(judged)
                .append(" |\n")
                .toString();
    }

    private Target.Verdict judge(Target target, Row row) {
        Target.Verdict verdict = target.verdict(
                target.beside().isEmpty() ? medianOf(values(programs.get(0), row)) : ratio(target.beside(), row));
        verdicts.merge(verdict, 1, Integer::sum);
        return verdict;
    }

    private OptionalDouble ratio(String other, Row row) {
        List<Double> ours = values(programs.get(0), row);
        List<Double> theirs = values(other, row);
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        return medianOf(ratios);
    }

    /** What stands in a program's column: our builds have their own numbers through sidecars, the peers have one kind. */
    private List<Double> values(String program, Row row) {
        boolean isBuild = program.equals(programs.get(0)) || program.equals(BEFORE);
        Source source = new Source(program, isBuild ? row.carrier() : Carrier.RAFTHTTP);
        return rounds.getOrDefault(source, Map.of()).getOrDefault(row.metric(), List.of());
    }

    private static String number(OptionalDouble value) {
        if (value.isEmpty()) {
            return "";
        }
        double number = value.getAsDouble();
        return number < 100 ? Lines.format("%.2f", number) : Lines.format("%,.0f", number);
    }

    private static OptionalDouble medianOf(List<Double> values) {
        return values.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median(values));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** @param carrier what carried the messages of one of our builds; of no meaning with a peer */
    private record Source(String program, Carrier carrier) {}
}
