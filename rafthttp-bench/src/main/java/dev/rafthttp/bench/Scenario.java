package dev.rafthttp.bench;

import java.util.List;

/** A part of the comparison: a command, and what it takes to run it. What it must show is in {@link Row}. */
enum Scenario {
    THROUGHPUT_128(
            "throughput-128",
            "128 B, 1 entry, window 2,048",
            "throughput --size 128 --entries 1 --count 1000000 --window 2048",
            13),
    THROUGHPUT_128X64(
            "throughput-128x64",
            "128 B, 64 entries a message, window 2,048",
            "throughput --size 128 --entries 64 --count 50000 --window 2048",
            13),
    THROUGHPUT_1M(
            "throughput-1m", "1 MiB, window 32", "throughput --size 1048576 --entries 1 --count 4000 --window 32", 18),
    // The JIT compiles for good what has been called 15,000 times, which at this rate takes 8 s, and for what is called
    // less than once a message longer.
    LATENCY("latency", "128 B at 2,000/s", "latency --size 128 --rate 2000 --count 10000 --warm-up 40", 57),
    MIXED(
            "mixed",
            "heartbeats at 200/s beside 1 MiB MsgApp",
            "mixed --size 1048576 --rate 200 --count 8000 --window 32",
            28),
    CODECS("codecs", "the codec alone, AppEntries", "codecs", 200),
    PEERS("peers", "256 peers in one process", "peers --from 1 --to 256 --factor 256 --size 128", 35),
    SOAK("soak", "10 minutes at half the peak", "soak --minutes 10", 615);

    private final String label;
    private final String title;
    private final String command;
    private final int seconds;

    /** @param seconds that one process takes, about */
    Scenario(String label, String title, String command, int seconds) {
        this.label = label;
        this.title = title;
        this.command = command;
        this.seconds = seconds;
    }

    String title() {
        return title;
    }

    /** Whether there is nothing to compare with: the numbers are held against their limits only. */
    boolean isOursAlone() {
        return switch (this) {
            case CODECS, PEERS, SOAK -> true;
            default -> false;
        };
    }

    /**
     * How many rounds to make. Those that repeat what they measure in themselves are run once.
     *
     * @param asked of a scenario with no opinion
     */
    int rounds(int asked) {
        return switch (this) {
            case CODECS, SOAK -> 1;
            default -> asked;
        };
    }

    /** Seconds that it takes in all, about, with so many programs to compare. */
    int seconds(int programs, int rounds) {
        return seconds * rounds(rounds) * (isOursAlone() ? 1 : programs);
    }

    /**
     * The arguments of one process.
     *
     * @param quick for a run of seconds that measures nothing but whether everything works
     */
    List<String> arguments(boolean quick) {
        return List.of((quick ? quickCommand() : command).split(" "));
    }

    private String quickCommand() {
        return switch (this) {
            case CODECS, SOAK -> command + " --quick";
            case PEERS -> command.replace("256", "4") + " --count 500 --warm-up 0";
            default ->
                command.replaceAll("--count \\d+", "--count 500").replaceAll(" --warm-up \\d+", "")
                        + " --warm-up 0 --runs 1";
        };
    }

    /** What a user calls it. */
    @Override
    public String toString() {
        return label;
    }
}
