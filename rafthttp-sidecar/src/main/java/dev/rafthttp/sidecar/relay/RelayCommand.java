package dev.rafthttp.sidecar.relay;

import dev.rafthttp.sidecar.node.CannotListenException;
import dev.rafthttp.sidecar.node.StateFileException;
import dev.rafthttp.sidecar.options.CommonOptions;
import dev.rafthttp.sidecar.options.ConfigFile;
import dev.rafthttp.sidecar.options.Logs;
import dev.rafthttp.sidecar.options.Mistakes;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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
        exitCodeList = {CommonOptions.EXIT_0, CommonOptions.EXIT_1, CommonOptions.EXIT_2})
public final class RelayCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(RelayCommand.class);

    private final ConfigFile file;
    private final Mistakes mistakes;
    private final PrintStream err;
    private final CountDownLatch stop;

    @Mixin
    private CommonOptions common;

    @Mixin
    private RelayFlags flags;

    /**
     * @param file of {@code --config}
     * @param mistakes found so far
     * @param stop what ends it
     */
    public RelayCommand(ConfigFile file, Mistakes mistakes, PrintStream err, CountDownLatch stop) {
        this.file = file;
        this.mistakes = mistakes;
        this.err = err;
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        Logs logs = common.check(file, mistakes);
        RelayOptions options = new RelayChecks(flags, mistakes).conclude();
        logs.apply();
        try (Relay relay = new Relay(options)) {
            relay.start();
            stop.await();
            LOG.info("told to stop; requests under way may go on for {}", options.shutdownGrace());
            return 0;
        } catch (CannotListenException | StateFileException e) {
            err.println("rafthttp relay: " + e.getMessage());
            return 1;
        }
    }
}
