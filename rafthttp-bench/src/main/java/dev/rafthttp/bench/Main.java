package dev.rafthttp.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bin/rafthttp-bench}. */
@Command(
        name = "rafthttp-bench",
        description = "Measures the transport end to end over loopback, members in one process, beside its peers.",
        subcommands = {
            Throughput.class,
            Latency.class,
            Paced.class,
            Mixed.class,
            Peers.class,
            Soak.class,
            Codecs.class,
            Compare.class
        },
        mixinStandardHelpOptions = true)
final class Main {
    private Main() {}

    static CommandLine commandLine() {
        return new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
    }

    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }
}
