package dev.rafthttp.sidecar.relay;

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

/** The command line of the relay. */
@Command(
        name = "relay",
        description =
                "Stands between the members of an etcd cluster: on every front it is that member towards the others. It"
                        + " decodes and counts every message, and passes everything on.",
        footer = CommonOptions.FOOTER,
        exitCodeListHeading = CommonOptions.EXIT_HEADING,
        exitCodeList = {CommonOptions.EXIT_0, CommonOptions.EXIT_1, CommonOptions.EXIT_2, CommonOptions.EXIT_3})
public final class RelayCommand extends ServiceCommand {
    @Mixin
    private RelayFlags flags;

    /**
     * @param file of {@code --config-file}
     * @param mistakes found so far
     * @param stop what ends it
     */
    public RelayCommand(ConfigFile file, Mistakes mistakes, PrintStream err, CountDownLatch stop) {
        super(file, mistakes, err, stop);
    }

    @Override
    protected Supplier<Service> check(Mistakes found, LogNames names) {
        RelayOptions options = new RelayChecks(flags, found).conclude();
        return () -> new Relay(names, options);
    }
}
