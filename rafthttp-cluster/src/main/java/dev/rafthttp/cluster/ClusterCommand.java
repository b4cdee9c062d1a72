package dev.rafthttp.cluster;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
        name = "rafthttp-cluster",
        description = "Starts the clusters of the compose files, breaks them while it writes to them, prints what they"
                + " lost and how long they took, and removes them.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:nothing was lost, replicas were equal, and all became healthy again; whether in time, the table says",
            "1:something was not so, or could not be carried out",
            "2:a wrong option"
        })
final class ClusterCommand implements Callable<Integer> {
    private static final long[] SEEDS = {1, 2, 3};

    private final Path directory;
    private final PrintStream out;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--cluster",
            paramLabel = "kv|etcd",
            description = "key-value nodes with sidecars, or etcd members with relays (default: one after the other)")
    private List<String> clusters = List.of();

    @Option(names = "--scenario", paramLabel = "NAME", description = "one of them; may be repeated (default: all)")
    private List<String> wanted = List.of();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "of the random faults; may be repeated (default: 1, 2 and 3)")
    private List<Long> seeds = List.of();

    @Option(
            names = "--faults",
            paramLabel = "N",
            defaultValue = "10",
            description = "random ones a seed, 1 to 1000 (default ${DEFAULT-VALUE})")
    private int faults;

    @Option(names = "--list", description = "only print the names of the scenarios")
    private boolean list;

    @Option(names = "--keep", description = "leave a cluster that fails as it is, to be looked at")
    private boolean keep;

    /** @param directory of the compose files */
    ClusterCommand(Path directory, PrintStream out) {
        this.directory = directory;
        this.out = out;
    }

    @Override
    public Integer call() throws InterruptedException {
        List<Scenario> scenarios = scenarios();
        List<Kind> kinds = kinds();
        if (list) {
            scenarios.forEach(scenario -> out.println(scenario.label()));
            return ExitCode.OK;
        }
        if (!Docker.answers()) {
            out.println("rafthttp-cluster: docker does not answer: install it, and start dockerd");
            return ExitCode.SOFTWARE;
        }
        Table table = new Table();
        for (Kind kind : kinds) {
            run(kind, scenarios, table);
        }
        table.print(out);
        return table.isGood() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private void run(Kind kind, List<Scenario> scenarios, Table table) throws InterruptedException {
        out.println("starting the cluster of " + kind.file());
        String running = "start";
        boolean failed = true;
        Cluster cluster = new Cluster(kind, directory);
        try {
            cluster.start();
            for (Scenario scenario : scenarios) {
                running = scenario.label();
                out.println(kind.label() + " " + running);
                table.add(kind, scenario, scenario.run(cluster, running, out));
            }
            failed = false;
        } catch (Await.TimedOutException | RuntimeException failure) {
            out.println("FAILED: " + failure);
            table.addFailure(kind, running, failure);
        } finally {
            Path log = directory.resolve("rafthttp-cluster/target/" + kind.label() + ".log");
            cluster.saveLogs(log);
            out.println("what the containers said is in " + log);
            if (failed && keep) {
                out.println("kept: " + cluster);
            } else {
                cluster.close();
            }
        }
    }

    private List<Kind> kinds() {
        if (clusters.isEmpty()) {
            return List.of(Kind.values());
        }
        List<Kind> kinds = new ArrayList<>();
        for (String name : clusters) {
            kinds.add(Arrays.stream(Kind.values())
                    .filter(kind -> kind.label().equals(name))
                    .findFirst()
                    .orElseThrow(() -> wrong("--cluster", name, "kv or etcd")));
        }
        return kinds;
    }

    private List<Scenario> scenarios() {
        if (faults < 1 || faults > 1_000) {
            throw wrong("--faults", Integer.toString(faults), "1 to 1000");
        }
        List<Scenario> all = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            if (fault.lasts()) {
                all.add(Scenario.ofTheLeader(fault));
            }
        }
        all.add(Scenario.rollingRestart());
        List<Long> chosen = seeds.isEmpty() ? Arrays.stream(SEEDS).boxed().toList() : seeds;
        chosen.forEach(seed -> all.add(Scenario.random(seed, faults)));
        if (wanted.isEmpty()) {
            return all;
        }
        List<Scenario> some = new ArrayList<>();
        for (String name : wanted) {
            some.add(all.stream()
                    .filter(scenario -> scenario.label().equals(name))
                    .findFirst()
                    .orElseThrow(() -> wrong(
                            "--scenario",
                            name,
                            "one of " + all.stream().map(Scenario::label).collect(Collectors.joining(", ")))));
        }
        return some;
    }

    private ParameterException wrong(String option, String value, String expected) {
        return new ParameterException(spec.commandLine(), option + " is " + value + ", expected " + expected);
    }
}
