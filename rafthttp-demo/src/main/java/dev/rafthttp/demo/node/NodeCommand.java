package dev.rafthttp.demo.node;

import dev.rafthttp.demo.command.CannotRunException;
import dev.rafthttp.demo.command.StopSignal;
import java.io.PrintStream;
import java.util.Optional;
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
        footer = "Each option is also an environment variable: RAFTHTTP_NAME, RAFTHTTP_INITIAL_CLUSTER, and so on.",
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            "0:stopped by SIGTERM or Ctrl-C",
            "1:it cannot run: the sidecar is another member's, the disk or the port cannot be used",
            "2:wrong options, of which all are told",
            "3:its member was removed from the cluster: do not start it again"
        })
public final class NodeCommand implements Callable<Integer> {
    private final PrintStream err;
    private final StopSignal stop;

    @Spec
    private CommandSpec spec;

    @Mixin
    private NodeFlags flags;

    public NodeCommand(PrintStream err, StopSignal stop) {
        this.err = err;
        this.stop = stop;
    }

    @Override
    public Integer call() {
        NodeChecks checks = new NodeChecks(flags);
        Optional<NodeOptions> options = checks.conclude();
        if (options.isEmpty()) {
            checks.mistakes().forEach(this::print);
            return CommandLine.ExitCode.USAGE;
        }
        try (NodeProcess process = new NodeProcess(options.get(), stop)) {
            process.start();
            stop.await();
            return process.failure().map(this::tell).orElse(CommandLine.ExitCode.OK);
        } catch (CannotRunException why) {
            return tell(why);
        }
    }

    /** Returns the exit status. */
    private int tell(CannotRunException why) {
        print(String.valueOf(why.getMessage()));
        return why instanceof RemovedFromClusterException
                ? RemovedFromClusterException.EXIT_STATUS
                : CommandLine.ExitCode.SOFTWARE;
    }

    private void print(String line) {
        err.println(spec.qualifiedName() + ": " + line);
    }
}
