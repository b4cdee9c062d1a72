package dev.rafthttp.sidecar.relay;

import dev.rafthttp.options.Commands;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.ServiceCommand;
import java.io.PrintStream;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command line of the relay. */
@Command(
        name = "relay",
        description =
                "Stands between the members of an etcd cluster: on every front it is that member towards the others. It"
                        + " decodes and counts every message, and passes everything on.",
        exitCodeList = {Commands.EXIT_0, Commands.EXIT_1, Commands.EXIT_2, Commands.EXIT_3})
public final class RelayCommand extends ServiceCommand {
    @Mixin
    private RelayFlags flags;

    /**
     * @param mistakes found so far
     * @param stop what ends it
     */
    public RelayCommand(Mistakes mistakes, PrintStream err, CountDownLatch stop) {
        super(mistakes, err, stop);
    }

    @Override
    protected Supplier<Service> check(Mistakes found, LogNames names) {
        RelayOptions options = new RelayChecks(flags, found).conclude();
        return () -> new Relay(names, options);
    }
}
