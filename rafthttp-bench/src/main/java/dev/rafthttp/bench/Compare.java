package dev.rafthttp.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the transport and its peers in turn, each run a process of its own, and prints medians, ratios and verdicts. */
@Command(
        name = "compare",
        description = "the transport beside its peers in turn; a Markdown table of medians, ratios and targets",
        mixinStandardHelpOptions = true)
final class Compare implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", description = "how often each runs (default ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(
            names = {"--scenario", "--scenarios"},
            split = ",",
            description = "one or some of ${COMPLETION-CANDIDATES}, separated by commas (default all)")
    private List<Scenario> scenarios = List.of(Scenario.values());

    @Option(
            names = "--java-options",
            split = " ",
            description = "options of each Java process, separated by blanks (default -Xmx2g -XX:+UseParallelGC)")
    private List<String> javaOptions = List.of("-Xmx2g", "-XX:+UseParallelGC");

    @Option(names = "--quick", description = "for seconds each, to see that everything works; measures nothing")
    private boolean quick;

    private final Path module = Checkout.module();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Arguments.atLeast(spec.commandLine(), "--rounds", rounds, 1);
        PrintWriter out = spec.commandLine().getOut();
        List<Program> programs = programs();
        List<String> names = programs.stream().map(Program::name).toList();
        estimate(programs.size());
        out.printf("%s; %s%n%n", machine(), command());
        out.println(Comparison.head(names));
        out.flush();
        Map<Target.Verdict, Integer> verdicts = new EnumMap<>(Target.Verdict.class);
        for (Scenario scenario : scenarios) {
            Comparison comparison = new Comparison(scenario, names);
            run(scenario, programs, comparison);
            out.print(comparison.rows());
            out.flush();
            comparison.verdicts().forEach((verdict, count) -> verdicts.merge(verdict, count, Integer::sum));
        }
        out.printf("%nTargets: %s%n", verdicts);
        out.flush();
        return 0;
    }

    private void run(Scenario scenario, List<Program> programs, Comparison comparison)
            throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        List<Program> taking = scenario.isOursAlone() ? programs.subList(0, 1) : programs;
        for (int round = 0; round < scenario.rounds(rounds); round++) {
            for (Program program : taking) {
                List<String> arguments = new ArrayList<>(scenario.arguments(quick));
                if (!scenario.isOursAlone() && !program.name().equals(GoPeer.NAME)) {
                    arguments.addAll(List.of("--transport", program.name()));
                }
                Path errors = module.resolve("target/compare-" + scenario + "-" + program.name() + ".err");
                comparison.add(program.name(), program.run(arguments, errors.toFile(), err::println));
            }
        }
    }

    /** Tells how long all will take, before any of it does. */
    private void estimate(int programs) {
        PrintWriter err = spec.commandLine().getErr();
        if (quick) {
            err.println("quick: no number means anything");
            return;
        }
        int total = 0;
        for (Scenario scenario : scenarios) {
            int seconds = scenario.seconds(programs, rounds);
            err.println(Lines.format("%s: about %.1f min", scenario, seconds / 60.0));
            total += seconds;
        }
        err.println(Lines.format("in all about %.0f min", Math.ceil(total / 60.0)));
    }

    /** What is installed, ours first. */
    private List<Program> programs() throws IOException, InterruptedException {
        List<Program> programs = new ArrayList<>();
        programs.add(new Program(Carrier.RAFTHTTP.toString(), java()));
        GoPeer go = new GoPeer(module);
        Optional<String> obstacle = go.obstacle();
        if (obstacle.isPresent()) {
            spec.commandLine().getErr().println("go is skipped: " + obstacle.get());
        } else {
            programs.add(new Program(GoPeer.NAME, List.of(go.program().toString())));
        }
        programs.add(new Program(Carrier.GRPC.toString(), java()));
        programs.add(new Program(Carrier.TCP.toString(), java()));
        return programs;
    }

    private List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        return command;
    }

    private String command() {
        return "`bin/rafthttp-bench "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs()) + "`";
    }

    private String machine() {
        return Lines.format(
                "%s, %d cores, %s %s, Java %s with %s",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                String.join(" ", javaOptions));
    }
}
