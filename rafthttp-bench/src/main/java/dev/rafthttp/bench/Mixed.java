package dev.rafthttp.bench;

import dev.rafthttp.raftpb.MessageType;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long heartbeats take on the message lane while MsgApp saturate the other. */
@Command(
        name = "mixed",
        description = "latency of heartbeats while large MsgApp saturate the other lane",
        mixinStandardHelpOptions = true)
final class Mixed implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(names = "--rate", description = "heartbeats per second (default ${DEFAULT-VALUE})")
    private int rate = 200;

    @Option(names = "--count", description = "MsgApp per run (default ${DEFAULT-VALUE})")
    private long count = 10_000;

    @Option(names = "--window", description = "MsgApp that may be on the way (default ${DEFAULT-VALUE})")
    private long window = 32;

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        load.check(spec.commandLine());
        Arguments.atLeast(spec.commandLine(), "--rate", rate, 1);
        Arguments.atLeast(spec.commandLine(), "--count", count, 1);
        Arguments.atLeast(spec.commandLine(), "--window", window, 1);
        AtomicLong received = new AtomicLong();
        PacedLoad heartbeats = new PacedLoad(rate);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (Link link = load.carrier().open(message -> {
            if (message.getType() == MessageType.MsgHeartbeat) {
                heartbeats.arrived(message);
            } else {
                received.incrementAndGet();
            }
        })) {
            MsgApps messages = new MsgApps(Link.RECEIVER, 1, load.size());
            run(link, new WindowedLoad(link, messages::next, received, window), heartbeats, other);
        } finally {
            other.shutdown();
            other.awaitTermination(1, TimeUnit.SECONDS);
        }
        return 0;
    }

    private void run(Link link, WindowedLoad msgApps, PacedLoad heartbeats, ExecutorService other)
            throws InterruptedException, ExecutionException {
        PrintWriter out = spec.commandLine().getOut();
        msgApps.warmUp(count, load.warmUpSeconds());
        while (load.runs().next(out)) {
            Future<Double> saturation = other.submit(() -> msgApps.run(count));
            Histogram histogram = heartbeats.run(link::send, MsgApps::heartbeat, () -> !saturation.isDone());
            out.println(Lines.latency(load.carrier() + " mixed", load.size(), rate, histogram) + "  "
                    + Lines.rates(count, load.size(), saturation.get()));
            out.flush();
        }
    }
}
