package dev.rafthttp.bench;

import dev.rafthttp.raftpb.Message;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a MsgApp costs at the rate of a common cluster, where no batch forms: CPU time and context switches of all processes
 * on its way, and how long it takes.
 */
@Command(
        name = "paced",
        description = "CPU time, context switches and latency of a message at a low rate",
        mixinStandardHelpOptions = true)
final class Paced implements Callable<Integer> {
    /** How long messages are sent at the rate, after the warm-up, before anything counts. */
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    @Spec
    private CommandSpec spec;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(names = "--rate", description = "messages per second (default ${DEFAULT-VALUE})")
    private int rate = 2_000;

    @Option(names = "--seconds", description = "how long a run takes (default ${DEFAULT-VALUE})")
    private int seconds = 30;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        load.check(spec.commandLine());
        Arguments.atLeast(spec.commandLine(), "--rate", rate, 1);
        Arguments.atLeast(spec.commandLine(), "--seconds", seconds, 1);
        PacedLoad sender = new PacedLoad(rate);
        AtomicLong received = new AtomicLong();
        try (Link link = load.carrier().open(message -> {
            sender.arrived(message);
            received.incrementAndGet();
        })) {
            MsgApps messages = new MsgApps(Link.RECEIVER, 1, load.size());
            // One at a time, as fast as it goes: the code that the rate needs, called often enough to be compiled soon.
            new WindowedLoad(link, messages::next, received, 1).warmUp(16, load.warmUpSeconds());
            Consumer<Message> atOnce = message -> {
                link.send(message);
                link.flush();
            };
            if (load.warmUpSeconds() > 0) {
                sender.run(atOnce, messages::next, PacedLoad.until(SETTLE_NANOS));
            }
            while (load.runs().next(out)) {
                out.println(run(link, sender, atOnce, messages));
                out.flush();
            }
        }
        return 0;
    }

    private String run(Link link, PacedLoad sender, Consumer<Message> atOnce, MsgApps messages) {
        long count = (long) rate * seconds;
        Meter meter = new Meter(link.processes());
        Histogram histogram = sender.run(atOnce, messages::next, PacedLoad.times(count));
        meter.stop();
        String line = Lines.latency(load.carrier() + " paced", load.size(), rate, histogram) + "  "
                + Lines.usage(meter.all(), count);
        return link.processes().isEmpty() ? line : line + "  sidecars " + Lines.usage(meter.others(), count);
    }
}
