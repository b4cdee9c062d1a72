package dev.rafthttp.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the transport and its peers in turn, each run a process of its own, and prints medians and ratios. */
@Command(
        name = "compare",
        description = "the transport beside its peers in turn; a Markdown table of medians and ratios",
        mixinStandardHelpOptions = true)
final class Compare implements Callable<Integer> {
    private static final String GO = "go";

    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", description = "how often each runs (default ${DEFAULT-VALUE})")
    private int rounds = 5;

    @Option(
            names = "--scenarios",
            split = ",",
            description = "some of ${COMPLETION-CANDIDATES}, separated by commas (default all)")
    private List<Scenario> scenarios = List.of(Scenario.values());

    @Option(names = "--heap", description = "the -Xmx of each Java process (default ${DEFAULT-VALUE})")
    private String heap = "2g";

    @Option(names = "--quick", description = "for a second each, to see that everything works; measures nothing")
    private boolean quick;

    private final Path module = module();

    @Override
    public Integer call() throws IOException, InterruptedException {
        Arguments.atLeast(spec.commandLine(), "--rounds", rounds, 1);
        PrintWriter out = spec.commandLine().getOut();
        Map<String, List<String>> programs = programs();
        out.printf("%s; %s%n%n", machine(), command());
        out.println(Comparison.head(List.copyOf(programs.keySet())));
        out.flush();
        for (Scenario scenario : scenarios) {
            Comparison comparison = new Comparison(scenario);
            for (int round = 0; round < rounds; round++) {
                for (Map.Entry<String, List<String>> program : programs.entrySet()) {
                    comparison.add(program.getKey(), run(program.getKey(), program.getValue(), scenario));
                }
            }
            out.print(comparison.rows());
            out.flush();
        }
        return 0;
    }

    /** What is installed, ours first: by name the command line, to which a scenario's arguments and more are added. */
    private Map<String, List<String>> programs() throws IOException, InterruptedException {
        Map<String, List<String>> programs = new LinkedHashMap<>();
        programs.put(Carrier.RAFTHTTP.toString(), java());
        GoPeer go = new GoPeer(module);
        Optional<String> obstacle = go.obstacle();
        if (obstacle.isPresent()) {
            spec.commandLine().getErr().println("go is skipped: " + obstacle.get());
        } else {
            programs.put(GO, List.of(go.program().toString()));
        }
        programs.put(Carrier.GRPC.toString(), java());
        programs.put(Carrier.TCP.toString(), java());
        return programs;
    }

    private List<String> java() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
    }

    /** The lines of one process, which are also shown on standard error as they come. */
    private List<String> run(String name, List<String> program, Scenario scenario)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program);
        command.addAll(scenario.arguments(quick));
        if (!name.equals(GO)) {
            command.addAll(List.of("--transport", name));
        }
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.redirectError(
                quick
                        ? ProcessBuilder.Redirect.DISCARD
                        : ProcessBuilder.Redirect.to(
                                module.resolve("target/peer.log").toFile()));
        Process process = builder.start();
        List<String> lines;
        try (var reader = process.inputReader()) {
            lines = reader.lines()
                    .peek(line -> spec.commandLine().getErr().println(line))
                    .toList();
        }
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException("status " + status + " of " + String.join(" ", command));
        }
        return lines;
    }

    private String command() {
        return "`bin/rafthttp-bench "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs()) + "`";
    }

    /** This module's folder in the checkout: what is built there, or its jar, stands two below. */
    private static Path module() {
        try {
            return Path.of(Compare.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolve("../..")
                    .normalize();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the place of this program is no file", e);
        }
    }

    private static String machine() {
        return Lines.format(
                "%s, %d cores, %s %s, Java %s",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"));
    }
}
