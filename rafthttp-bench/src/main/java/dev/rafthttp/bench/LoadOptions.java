package dev.rafthttp.bench;

import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that every load between two members has. */
final class LoadOptions {
    /** What an entry's time takes. */
    private static final int LEAST_BYTES = Long.BYTES;

    @Option(
            names = "--transport",
            description = "what carries the messages: ${COMPLETION-CANDIDATES} (default ${DEFAULT-VALUE})")
    private Carrier carrier = Carrier.RAFTHTTP;

    @Option(names = "--size", description = "bytes of data per entry, 8 or more (default ${DEFAULT-VALUE})")
    private int size = 128;

    @Option(names = "--warm-up", description = "seconds before the first run (default ${DEFAULT-VALUE})")
    private int warmUpSeconds = 8;

    @Mixin
    private Runs runs = new Runs(3);

    void check(CommandLine command) {
        Arguments.atLeast(command, "--size", size, LEAST_BYTES);
        Arguments.atLeast(command, "--warm-up", warmUpSeconds, 0);
        runs.check(command);
    }

    Carrier carrier() {
        return carrier;
    }

    int size() {
        return size;
    }

    int warmUpSeconds() {
        return warmUpSeconds;
    }

    Runs runs() {
        return runs;
    }
}
