package dev.rafthttp.demo;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.demo.command.StopSignal;
import dev.rafthttp.demo.failover.DemoCommand;
import dev.rafthttp.demo.kv.TransportFactory;
import dev.rafthttp.demo.node.NodeCommand;
import dev.rafthttp.options.Commands;
import dev.rafthttp.transport.JettyRaftTransport;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/** Runs {@code rafthttp demo} and {@code rafthttp node}. */
public final class Main {
    /** Beyond what closing the members may take together the process ends without them. */
    private static final long CLOSE_TIMEOUT_SECONDS = 10;

    private Main() {}

    public static void main(String[] args) {
        StopSignal stop = new StopSignal();
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> endInOrder(stop, status), "shutdown"));
        status.complete(run(args, Main::overHttp, System.getenv(), System.out, System.err, stop));
        System.exit(status.join());
    }

    /** Runs a command line to its end; returns the exit status. */
    static int run(
            String[] args,
            TransportFactory transports,
            Map<String, String> environment,
            PrintStream out,
            PrintStream err,
            StopSignal stop) {
        return Commands.run(
                args,
                environment,
                out,
                err,
                mistakes -> List.of(
                        new DemoCommand(transports, mistakes, out, stop), new NodeCommand(mistakes, err, stop)));
    }

    private static RaftTransport overHttp(TransportConfig config, RaftCallback callback, int port) {
        return JettyRaftTransport.builder(config, callback)
                .listen("127.0.0.1", port)
                .build();
    }

    /**
     * On Ctrl-C or SIGTERM: lets the run close what it opened, and ends the process with the run's status, where the JVM would
     * end it with the signal's.
     */
    private static void endInOrder(StopSignal stop, CompletableFuture<Integer> status) {
        stop.raise();
        int known = status.completeOnTimeout(CommandLine.ExitCode.SOFTWARE, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .join();
        Runtime.getRuntime().halt(known);
    }
}
