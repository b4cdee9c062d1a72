package dev.rafthttp.bench;

import dev.rafthttp.raftpb.Message;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How long a MsgApp takes from {@code send} to the callback at a paced rate. */
@Command(name = "latency", description = "one-way latency at a paced rate", mixinStandardHelpOptions = true)
final class Latency implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(names = "--rate", description = "messages per second (default ${DEFAULT-VALUE})")
    private int rate = 2_000;

    @Option(names = "--count", description = "messages per run (default ${DEFAULT-VALUE})")
    private long count = 20_000;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        load.check(spec.commandLine());
        Arguments.atLeast(spec.commandLine(), "--rate", rate, 1);
        Arguments.atLeast(spec.commandLine(), "--count", count, 1);
        PacedLoad sender = new PacedLoad(rate);
        try (Link link = load.carrier().open(sender::arrived)) {
            MsgApps messages = new MsgApps(Link.RECEIVER, 1, load.size());
            Consumer<Message> atOnce = message -> {
                link.send(message);
                link.flush();
            };
            sender.run(atOnce, messages::next, PacedLoad.until(TimeUnit.SECONDS.toNanos(load.warmUpSeconds())));
            while (load.runs().next(out)) {
                out.println(Lines.latency(
                        load.carrier(), load.size(), rate, sender.run(atOnce, messages::next, PacedLoad.times(count))));
                out.flush();
            }
        }
        return 0;
    }
}
