package dev.rafthttp.demo.node;

import dev.rafthttp.demo.command.StopSignal;
import dev.rafthttp.options.CannotRunException;
import dev.rafthttp.options.Commands;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.options.Logs;
import dev.rafthttp.options.Mistakes;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line of one member in a process of its own. */
@Command(
        name = "node",
        description = "Runs one member of the replicated key-value store, which reaches its peers through its sidecar.",
        exitCodeList = {
            Commands.EXIT_0,
            "1:it cannot run: the sidecar is another member's, the disk or the port cannot be used",
            Commands.EXIT_2,
            "3:its member was removed from the cluster: do not start it again"
        })
public final class NodeCommand implements Callable<Integer> {
    private final Mistakes mistakes;
    private final PrintStream err;
    private final StopSignal stop;

    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeFlags flags;

    /** @param mistakes found so far */
    public NodeCommand(Mistakes mistakes, PrintStream err, StopSignal stop) {
        this.mistakes = mistakes;
        this.err = err;
        this.stop = stop;
    }

    @Override
    public Integer call() {
        Logs logs = flags.log.check(mistakes);
        LogNames names = new LogNames();
        NodeOptions options = new NodeChecks(flags, mistakes, names).conclude();
        logs.apply(names);
        try (NodeProcess process = new NodeProcess(options, stop)) {
            process.start();
            stop.await();
            return process.failure().map(this::tell).orElse(CommandLine.ExitCode.OK);
        } catch (CannotRunException why) {
            return tell(why);
        }
    }

    /** Returns the exit status. */
    private int tell(CannotRunException why) {
        err.println(spec.qualifiedName() + ": " + why.getMessage());
        return why instanceof RemovedFromClusterException
                ? RemovedFromClusterException.EXIT_STATUS
                : CommandLine.ExitCode.SOFTWARE;
    }
}
