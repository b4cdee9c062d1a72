package dev.rafthttp.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What a message, and a peer, cost as peers become more: one sender, and receivers that are all in this process. Connecting a
 * receiver makes two peers, it the sender's and the sender its; a peer's heap is the half of what that adds, streams in both
 * directions included and the receiver's server not. The threads are those of the sender.
 */
@Command(
        name = "peers",
        description = "CPU time a message, threads and heap a peer as the number of peers doubles",
        mixinStandardHelpOptions = true)
final class Peers implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--from", description = "peers to begin with (default ${DEFAULT-VALUE})")
    private int from = 1;

    @Option(names = "--to", description = "peers to end with (default ${DEFAULT-VALUE})")
    private int to = 256;

    @Option(names = "--factor", description = "how many times as many each step has (default ${DEFAULT-VALUE})")
    private int factor = 2;

    @Option(names = "--size", description = "bytes of data per entry, 8 or more (default ${DEFAULT-VALUE})")
    private int size = 128;

    @Option(names = "--count", description = "messages in all, to the peers in turn (default ${DEFAULT-VALUE})")
    private long count = 1_000_000;

    @Option(names = "--window", description = "messages on the way to each peer (default ${DEFAULT-VALUE})")
    private long window = 2_048;

    @Option(names = "--warm-up", description = "seconds before each run (default ${DEFAULT-VALUE})")
    private int warmUpSeconds = 8;

    @Mixin
    private Runs runs = new Runs(1);

    @Override
    public Integer call() {
        Arguments.atLeast(spec.commandLine(), "--from", from, 1);
        Arguments.atLeast(spec.commandLine(), "--to", to, from);
        Arguments.atLeast(spec.commandLine(), "--factor", factor, 2);
        Arguments.atLeast(spec.commandLine(), "--size", size, Long.BYTES);
        Arguments.atLeast(spec.commandLine(), "--count", count, 1);
        Arguments.atLeast(spec.commandLine(), "--window", window, 1);
        runs.check(spec.commandLine());
        PrintWriter out = spec.commandLine().getOut();
        if (runs.isOnDemand()) {
            // What the first steps of a process show is the JIT compiler's work, so they are not a run.
            print(out, steps());
        }
        while (runs.next(out)) {
            print(out, steps());
        }
        return 0;
    }

    private List<Cost> steps() {
        List<Cost> costs = new ArrayList<>();
        for (long peers = from; peers <= to; peers *= factor) {
            costs.add(run((int) peers));
        }
        return costs;
    }

    private static void print(PrintWriter out, List<Cost> costs) {
        Cost first = costs.get(0);
        Cost last = costs.get(costs.size() - 1);
        out.println(Lines.format(
                "rafthttp %d peers beside %d: %.2f x the CPU a message, %d threads more, %d KiB of heap a peer,"
                        + " %.0f messages a second to all, at %.3f us of CPU each",
                last.peers(),
                first.peers(),
                last.cpuMicros() / first.cpuMicros(),
                last.threads() - first.threads(),
                last.heapKiB(),
                last.messagesASecond(),
                last.cpuMicros()));
        out.flush();
    }

    private Cost run(int peers) {
        PrintWriter out = spec.commandLine().getOut();
        InTurn load = new InTurn(peers, size, window);
        ProcessCpu cpu = new ProcessCpu();
        try (RafthttpLink link = new RafthttpLink(peers, load::arrived)) {
            long unconnected = Heap.liveBytes();
            link.connect();
            long heapAPeer = Math.max(0, Heap.liveBytes() - unconnected) / (2L * peers);
            load.warmUp(link, count, warmUpSeconds);
            long before = cpu.nanos();
            double seconds = load.run(link, count);
            double cpuMicros = (cpu.nanos() - before) / 1e3 / count;
            Cost cost = new Cost(peers, cpuMicros, senderThreads(), heapAPeer >> 10, count / seconds);
            out.println(Lines.format(
                    "rafthttp peers=%d size=%d window=%d n=%d  %s  cpu %.2f us/msg  threads %d  heap %d KiB/peer",
                    peers,
                    size,
                    window,
                    count,
                    Lines.rates(count, size, seconds),
                    cost.cpuMicros(),
                    cost.threads(),
                    cost.heapKiB()));
            out.flush();
            return cost;
        }
    }

    private static long senderThreads() {
        String prefix = "rafthttp-" + Link.SENDER + "-";
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }

    /** What a step showed: CPU time a message, threads of the sender, heap a peer at rest, messages a second to all. */
    private record Cost(int peers, double cpuMicros, long threads, long heapKiB, double messagesASecond) {}
}
