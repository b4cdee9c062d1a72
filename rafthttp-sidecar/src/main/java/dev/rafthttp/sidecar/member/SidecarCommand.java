package dev.rafthttp.sidecar.member;

import dev.rafthttp.sidecar.node.CannotListenException;
import dev.rafthttp.sidecar.node.StateFileException;
import dev.rafthttp.sidecar.options.CommonOptions;
import dev.rafthttp.sidecar.options.ConfigFile;
import dev.rafthttp.sidecar.options.Logs;
import dev.rafthttp.sidecar.options.Mistakes;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command line of the sidecar. */
@Command(
        name = "sidecar",
        description = "Carries the messages of one Raft node, written in anything, which talks plain HTTP to it.",
        footer = CommonOptions.FOOTER,
        exitCodeListHeading = CommonOptions.EXIT_HEADING,
        exitCodeList = {CommonOptions.EXIT_0, CommonOptions.EXIT_1, CommonOptions.EXIT_2})
public final class SidecarCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(SidecarCommand.class);

    private final ConfigFile file;
    private final Mistakes mistakes;
    private final PrintStream err;
    private final CountDownLatch stop;

    @Mixin
    private CommonOptions common;

    @Mixin
    private SidecarFlags flags;

    /**
     * @param file of {@code --config}
     * @param mistakes found so far
     * @param stop what ends it
     */
    public SidecarCommand(ConfigFile file, Mistakes mistakes, PrintStream err, CountDownLatch stop) {
        this.file = file;
        this.mistakes = mistakes;
        this.err = err;
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        Logs logs = common.check(file, mistakes);
        SidecarOptions options = new SidecarChecks(flags, mistakes).conclude();
        logs.apply();
        try (Sidecar sidecar = new Sidecar(options)) {
            sidecar.start();
            stop.await();
            LOG.info("told to stop; messages under way may take {}", options.grace());
            return 0;
        } catch (CannotListenException | StateFileException | UncheckedIOException e) {
            err.println("rafthttp sidecar: " + e.getMessage());
            return 1;
        }
    }
}
