package dev.rafthttp.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bin/rafthttp-bench}. */
@Command(
        name = "rafthttp-bench",
        description = "Measures the transport end to end over loopback HTTP, two members in one process.",
        subcommands = {Throughput.class, Latency.class},
        mixinStandardHelpOptions = true)
final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
