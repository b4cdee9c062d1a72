package dev.rafthttp.bench;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How many MsgApp per second one member can send another, and what each costs. */
@Command(
        name = "throughput",
        description = "messages per second, and CPU time per message",
        mixinStandardHelpOptions = true)
final class Throughput implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LoadOptions load = new LoadOptions();

    @Option(names = "--entries", description = "entries per message (default ${DEFAULT-VALUE})")
    private int entries = 1;

    @Option(names = "--count", description = "messages per run (default ${DEFAULT-VALUE})")
    private long count = 300_000;

    @Option(names = "--window", description = "messages that may be on the way (default ${DEFAULT-VALUE})")
    private long window = 2_048;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        load.check(spec.commandLine());
        Arguments.atLeast(spec.commandLine(), "--entries", entries, 1);
        Arguments.atLeast(spec.commandLine(), "--count", count, 1);
        Arguments.atLeast(spec.commandLine(), "--window", window, 1);
        AtomicLong received = new AtomicLong();
        ProcessCpu cpu = new ProcessCpu();
        try (Link link = load.carrier().open(message -> received.incrementAndGet())) {
            MsgApps messages = new MsgApps(Link.RECEIVER, entries, load.size());
            WindowedLoad sender = new WindowedLoad(link, messages::next, received, window);
            sender.warmUp(count, load.warmUpSeconds());
            while (load.runs().next(out)) {
                long before = cpu.nanos();
                double seconds = sender.run(count);
                double cpuMicros = (cpu.nanos() - before) / 1e3 / count;
                out.println(Lines.throughput(load.carrier(), load.size(), entries, count, seconds, cpuMicros));
                out.flush();
            }
        }
        return 0;
    }
}
