package dev.rafthttp.bench;

import java.io.File;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the transport and its peers in turn, each run a process of its own, and prints medians, ratios and verdicts. */
@Command(
        name = "compare",
        description = "the transport beside its peers in turn; a Markdown table of medians, ratios and targets",
        mixinStandardHelpOptions = true)
final class Compare implements Callable<Integer> {
    private static final List<String> PEERS = List.of(GoPeer.NAME, Carrier.GRPC.toString(), Carrier.TCP.toString());

    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", description = "how often each runs (default ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(
            names = {"--scenario", "--scenarios"},
            split = ",",
            description = "one or some of ${COMPLETION-CANDIDATES}, separated by commas (default all)")
    private @Nullable List<Scenario> scenarios;

    @Option(
            names = "--peers",
            split = ",",
            description = "whom to compare with, of go, grpc and tcp, separated by commas (default all)")
    private List<String> peers = PEERS;

    @Option(
            names = "--before",
            paramLabel = "FOLDER",
            description = "another checkout of this project, which is built if need be and takes part as \"before\"")
    private @Nullable Path before;

    @Option(
            names = "--short",
            description = "minutes instead of hours: each program is started and warmed up once, and the rounds take"
                    + " turns between them; without latency, codecs and soak")
    private boolean inShort;

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
        List<Scenario> scenarios = scenarios();
        checkPeers();
        List<Program> programs = programs(scenarios);
        List<String> names = programs.stream().map(Program::name).toList();
        estimate(scenarios, programs);
        out.printf("%s; %s%n%n", machine(), command());
        out.println(Comparison.head(names));
        out.flush();
        Map<Target.Verdict, Integer> verdicts = new EnumMap<>(Target.Verdict.class);
        for (Scenario scenario : scenarios) {
            Comparison comparison = new Comparison(scenario, names);
            List<Contender> contenders = Contender.of(scenario, programs);
            if (inShort) {
                runInShort(scenario, contenders, comparison);
            } else {
                run(scenario, contenders, comparison);
            }
            out.print(comparison.rows());
            out.flush();
            comparison.verdicts().forEach((verdict, count) -> verdicts.merge(verdict, count, Integer::sum));
        }
        out.printf("%nTargets: %s%n", verdicts);
        out.flush();
        return 0;
    }

    private List<Scenario> scenarios() {
        if (scenarios == null) {
            return Stream.of(Scenario.values())
                    .filter(scenario -> !inShort || scenario.inShort().isPresent())
                    .toList();
        }
        for (Scenario scenario : scenarios) {
            if (inShort && scenario.inShort().isEmpty()) {
                throw new ParameterException(spec.commandLine(), scenario + " cannot be run with --short");
            }
        }
        return scenarios;
    }

    private void checkPeers() {
        for (String peer : peers) {
            if (!PEERS.contains(peer)) {
                throw new ParameterException(
                        spec.commandLine(), "--peers names " + peer + ", which is none of " + String.join(", ", PEERS));
            }
        }
    }

    private void run(Scenario scenario, List<Contender> contenders, Comparison comparison)
            throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        for (int round = 0; round < scenario.rounds(rounds); round++) {
            for (Contender contender : contenders) {
                List<String> arguments = new ArrayList<>(scenario.arguments(quick));
                arguments.addAll(contender.options());
                List<String> lines = contender.program().run(arguments, errors(scenario, contender), err::println);
                comparison.add(contender.program().name(), contender.carrier(), lines);
            }
        }
    }

    /** All processes live until the last round has ended; all but one of them are idle. */
    private void runInShort(Scenario scenario, List<Contender> contenders, Comparison comparison)
            throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        List<WarmProgram> warm = new ArrayList<>();
        try {
            for (Contender contender : contenders) {
                List<String> arguments = new ArrayList<>(scenario.shortArguments(quick));
                arguments.addAll(contender.options());
                arguments.addAll(List.of("--on-demand", "--runs", String.valueOf(rounds + 1)));
                warm.add(contender.program().warm(arguments, errors(scenario, contender)));
            }
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < warm.size(); i++) {
                    Contender contender = contenders.get(i);
                    List<String> lines = warm.get(i)
                            .run(line -> err.println(contender.program().name() + ": " + line));
                    comparison.add(contender.program().name(), contender.carrier(), lines);
                }
            }
        } finally {
            for (WarmProgram each : warm) {
                each.close();
            }
        }
    }

    private File errors(Scenario scenario, Contender contender) {
        return module.resolve("target/compare-" + scenario + "-" + contender + ".err")
                .toFile();
    }

    /** Tells how long all will take, before any of it does. */
    private void estimate(List<Scenario> scenarios, List<Program> programs) {
        PrintWriter err = spec.commandLine().getErr();
        if (quick) {
            err.println("quick: no number means anything");
            return;
        }
        int total = 0;
        for (Scenario scenario : scenarios) {
            int contenders = Contender.of(scenario, programs).size();
            int seconds = inShort
                    ? scenario.inShort().orElseThrow().seconds(contenders, rounds)
                    : scenario.seconds(contenders, rounds);
            err.println(Lines.format("%s: about %.1f min", scenario, seconds / 60.0));
            total += seconds;
        }
        err.println(Lines.format("in all about %.0f min", Math.ceil(total / 60.0)));
    }

    /** What is installed, ours first. */
    private List<Program> programs(List<Scenario> scenarios) throws IOException, InterruptedException {
        boolean sidecars = scenarios.stream().anyMatch(Scenario::isForSidecars);
        if (sidecars) {
            new Build(Checkout.home()).makeSidecar();
        }
        String ours = System.getProperty("java.class.path");
        List<Program> programs = new ArrayList<>();
        programs.add(new Program(Carrier.RAFTHTTP.toString(), java(ours)));
        if (before != null) {
            Build build = new Build(before.toAbsolutePath().normalize());
            build.makeBench();
            if (sidecars) {
                build.makeSidecar();
            }
            programs.add(new Program(Comparison.BEFORE, java(build.classPath())));
        }
        for (String peer : peers) {
            if (peer.equals(GoPeer.NAME)) {
                addGo(programs);
            } else {
                programs.add(new Program(peer, java(ours)));
            }
        }
        return programs;
    }

    private void addGo(List<Program> programs) throws IOException, InterruptedException {
        GoPeer go = new GoPeer(module);
        Optional<String> obstacle = go.obstacle();
        if (obstacle.isPresent()) {
            spec.commandLine().getErr().println("go is skipped: " + obstacle.get());
        } else {
            programs.add(new Program(GoPeer.NAME, List.of(go.program().toString())));
        }
    }

    private List<String> java(String classPath) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-cp", classPath, Main.class.getName()));
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
