package dev.rafthttp.sidecar.member;

import dev.rafthttp.options.Commands;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.ServiceCommand;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command line of the sidecar. */
@Command(
        name = "sidecar",
        description =
                "Carries the messages of one Raft node. The node may be written in any language, and talks plain HTTP to"
                        + " the sidecar.",
        exitCodeList = {Commands.EXIT_0, Commands.EXIT_1, Commands.EXIT_2, Commands.EXIT_3})
public final class SidecarCommand extends ServiceCommand {
    @Mixin
    private SidecarFlags flags;

    /**
     * @param mistakes found so far
     * @param stop what ends it
     */
    public SidecarCommand(Mistakes mistakes, PrintStream err, CountDownLatch stop) {
        super(mistakes, err, stop);
    }

    @Override
    protected Supplier<Service> check(Mistakes found, LogNames names) {
        SidecarOptions options = new SidecarChecks(flags, found).conclude();
        options.names().names().forEach(names::put);
        return () -> new Sidecar(options);
    }
}
