package dev.rafthttp.demo.failover;

import dev.rafthttp.demo.command.StopSignal;
import dev.rafthttp.demo.kv.TransportFactory;
import dev.rafthttp.options.Commands;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.options.LogOptions;
import dev.rafthttp.options.Logs;
import dev.rafthttp.options.Mistakes;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the demo. */
@Command(
        name = "demo",
        description =
                "Starts the members of a replicated key-value store in one process, over loopback HTTP; writes, kills"
                        + " the leader, brings it back, and compares the replicas.",
        exitCodeList = {
            "0:the replicas are equal and hold every acknowledged write",
            "1:they are not, or the store stood still",
            Commands.EXIT_2
        })
public final class DemoCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** The transport and Raft, which tell every step of a failover. */
    private static final List<String> SILENT = List.of("dev.rafthttp", "io.microraft");

    private static final List<String> OTHERS = List.of("dev.rafthttp.demo", "dev.rafthttp.microraft");

    private final TransportFactory transports;
    private final Mistakes mistakes;
    private final PrintStream out;
    private final StopSignal stop;

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogOptions log;

    @Option(
            names = "--members",
            paramLabel = "N",
            defaultValue = "3",
            description = "members, 3 to 9 (default ${DEFAULT-VALUE})")
    private int members;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "how long to write, 1 to 3600 (default ${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--writers",
            paramLabel = "N",
            defaultValue = "64",
            description = "clients with one write outstanding each, 1 to 4096 (default ${DEFAULT-VALUE})")
    private int writers;

    @Option(
            names = "--keep",
            description = "leave the members running until Ctrl-C, and serve PUT and GET /kv/{key} at each")
    private boolean keep;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "repeats the random choices of a run that printed this seed (default: another each time)")
    private Long seed;

    /** @param mistakes found so far */
    public DemoCommand(TransportFactory transports, Mistakes mistakes, PrintStream out, StopSignal stop) {
        this.transports = transports;
        this.mistakes = mistakes;
        this.out = out;
        this.stop = stop;
    }

    @Override
    public Integer call() {
        Logs logs = log.check(mistakes);
        mistakes.throwIfAny();
        logs.apply(new LogNames(), SILENT, OTHERS);
        return new Demo(options(), transports, out, stop, PATIENCE).run();
    }

    private DemoOptions options() {
        try {
            return new DemoOptions(
                    members,
                    Duration.ofSeconds(seconds),
                    writers,
                    keep,
                    seed == null ? System.nanoTime() & Long.MAX_VALUE : seed);
        } catch (IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage(), outOfRange);
        }
    }
}
