package dev.rafthttp.sidecar.member;

import dev.rafthttp.sidecar.options.CommonOptions;
import dev.rafthttp.sidecar.options.ConfigFile;
import dev.rafthttp.sidecar.options.LogNames;
import dev.rafthttp.sidecar.options.Mistakes;
import dev.rafthttp.sidecar.options.ServiceCommand;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command line of the sidecar. */
@Command(
        name = "sidecar",
        description = "Carries the messages of one Raft node, written in anything, which talks plain HTTP to it.",
        footer = CommonOptions.FOOTER,
        exitCodeListHeading = CommonOptions.EXIT_HEADING,
        exitCodeList = {CommonOptions.EXIT_0, CommonOptions.EXIT_1, CommonOptions.EXIT_2, CommonOptions.EXIT_3})
public final class SidecarCommand extends ServiceCommand {
    @Mixin
    private SidecarFlags flags;

    /**
     * @param file of {@code --config-file}
     * @param mistakes found so far
     * @param stop what ends it
     */
    public SidecarCommand(ConfigFile file, Mistakes mistakes, PrintStream err, CountDownLatch stop) {
        super(file, mistakes, err, stop);
    }

    @Override
    protected Supplier<Service> check(Mistakes found, LogNames names) {
        SidecarOptions options = new SidecarChecks(flags, found).conclude();
        options.names().names().forEach(names::put);
        return () -> new Sidecar(options);
    }
}
