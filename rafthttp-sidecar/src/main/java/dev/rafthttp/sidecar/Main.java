package dev.rafthttp.sidecar;

import dev.rafthttp.options.Commands;
import dev.rafthttp.sidecar.decode.DecodeCommand;
import dev.rafthttp.sidecar.member.SidecarCommand;
import dev.rafthttp.sidecar.relay.RelayCommand;
import dev.rafthttp.sidecar.tap.TapCommand;
import java.io.PrintStream;
import java.security.Security;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** Runs {@code rafthttp COMMAND}. */
public final class Main {
    /** By default Java keeps an address for 30 s, and a failed lookup for 10 s: too long for a peer that moved or came back. */
    private static final String KEEP_ADDRESSES_SECONDS = "1";

    /** The exit status after an Error that leaves the process's state in doubt, as when Raft's side ran out of memory. */
    private static final int IN_DOUBT = 3;

    private Main() {}

    public static void main(String[] args) {
        Security.setProperty("networkaddress.cache.ttl", KEEP_ADDRESSES_SECONDS);
        Security.setProperty("networkaddress.cache.negative.ttl", KEEP_ADDRESSES_SECONDS);
        Thread.setDefaultUncaughtExceptionHandler(Main::uncaught);
        CountDownLatch stop = new CountDownLatch(1);
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endInOrder(stop, status), "shutdown"));
        try {
            status.complete(run(args, System.getenv(), System.out, System.err, stop));
        } finally {
            // Changes nothing, except after an unexpected exception.
            status.complete(CommandLine.ExitCode.SOFTWARE);
        }
        System.exit(status.join());
    }

    /** What is in doubt after an Error is better known to a process that starts anew; its supervisor starts it. */
    private static void uncaught(Thread thread, Throwable failure) {
        try {
            LoggerFactory.getLogger(Main.class).error("thread {} failed", thread.getName(), failure);
        } finally {
            if (failure instanceof Error) {
                Runtime.getRuntime().halt(IN_DOUBT);
            }
        }
    }

    /**
     * On SIGTERM or Ctrl-C: lets the command close what it opened, which it does within its grace, and ends the process with
     * the command's status, where the JVM would end it with the signal's.
     */
    private static void endInOrder(CountDownLatch stop, CompletableFuture<Integer> status) {
        stop.countDown();
        Runtime.getRuntime().halt(status.join());
    }

    /**
     * Runs a command line to its end; returns the exit status.
     *
     * @param stop what ends a command that would run on
     */
    static int run(
            String[] args, Map<String, String> environment, PrintStream out, PrintStream err, CountDownLatch stop) {
        return Commands.run(
                args,
                environment,
                out,
                err,
                mistakes -> List.of(
                        new SidecarCommand(mistakes, err, stop),
                        new RelayCommand(mistakes, err, stop),
                        new TapCommand(mistakes, out, err, stop),
                        new DecodeCommand(mistakes, System.in, out, err),
                        new MemberIdCommand(mistakes, out)));
    }
}
