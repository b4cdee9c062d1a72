package dev.rafthttp.bench;

import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.Message;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
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

    @Option(names = "--size", description = "bytes of data an entry, 8 or more (default ${DEFAULT-VALUE})")
    private int size = 128;

    @Option(names = "--count", description = "messages in all, to the peers in turn (default ${DEFAULT-VALUE})")
    private long count = 1_000_000;

    @Option(names = "--window", description = "messages on the way to each peer (default ${DEFAULT-VALUE})")
    private long window = 2_048;

    @Option(names = "--warm-up", description = "seconds before each run (default ${DEFAULT-VALUE})")
    private int warmUpSeconds = 8;

    @Override
    public Integer call() {
        Arguments.atLeast(spec.commandLine(), "--from", from, 1);
        Arguments.atLeast(spec.commandLine(), "--to", to, from);
        Arguments.atLeast(spec.commandLine(), "--size", size, Long.BYTES);
        Arguments.atLeast(spec.commandLine(), "--count", count, 1);
        Arguments.atLeast(spec.commandLine(), "--window", window, 1);
        for (int peers = from; peers <= to; peers *= 2) {
            run(peers);
        }
        return 0;
    }

    private void run(int peers) {
        PrintWriter out = spec.commandLine().getOut();
        AtomicLong received = new AtomicLong();
        ProcessCpu cpu = new ProcessCpu();
        try (RafthttpLink link = new RafthttpLink(peers, message -> received.incrementAndGet())) {
            long unconnected = Heap.liveBytes();
            link.connect();
            long heapAPeer = Math.max(0, Heap.liveBytes() - unconnected) / (2L * peers);
            WindowedLoad load = new WindowedLoad(link, inTurn(peers)::next, received, window * peers);
            load.warmUp(count, warmUpSeconds);
            long before = cpu.nanos();
            double seconds = load.run(count);
            out.println(Lines.format(
                    "rafthttp peers=%d size=%d window=%d n=%d  %s  cpu %.2f us/msg  threads %d  heap %d KiB/peer",
                    peers,
                    size,
                    window,
                    count,
                    Lines.rates(count, size, seconds),
                    (cpu.nanos() - before) / 1e3 / count,
                    senderThreads(),
                    heapAPeer >> 10));
            out.flush();
        }
    }

    private InTurn inTurn(int peers) {
        List<MsgApps> each = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            each.add(new MsgApps(new MemberId(Link.RECEIVER.value() + i), 1, size));
        }
        return new InTurn(each);
    }

    private static long senderThreads() {
        String prefix = "rafthttp-" + Link.SENDER + "-";
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .count();
    }

    /** The next message for the next peer. */
    private static final class InTurn {
        private final List<MsgApps> peers;
        private int turn;

        InTurn(List<MsgApps> peers) {
            this.peers = peers;
        }

        Message next(long nanos) {
            turn = turn + 1 == peers.size() ? 0 : turn + 1;
            return peers.get(turn).next(nanos);
        }
    }
}
