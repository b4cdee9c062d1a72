package dev.rafthttp.bench;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A part of the comparison: a command, and what it takes to run it. What it must show is in {@link Row}. */
enum Scenario {
    THROUGHPUT_128(
            "throughput-128",
            "128 B, 1 entry, window 2,048",
            "throughput --size 128 --entries 1 --count 1000000 --window 2048",
            13,
            new ShortRun("throughput --size 128 --entries 1 --count 1500000 --window 2048 --warm-up 7", 8, 1)),
    THROUGHPUT_128X64(
            "throughput-128x64",
            "128 B, 64 entries per message, window 2,048",
            "throughput --size 128 --entries 64 --count 50000 --window 2048",
            13,
            new ShortRun("throughput --size 128 --entries 64 --count 80000 --window 2048 --warm-up 7", 8, 1)),
    THROUGHPUT_1M(
            "throughput-1m",
            "1 MiB, window 32",
            "throughput --size 1048576 --entries 1 --count 4000 --window 32",
            18,
            new ShortRun("throughput --size 1048576 --entries 1 --count 3000 --window 32 --warm-up 7", 8, 2)),
    // The JIT compiles for good what has been called 15,000 times, which at this rate takes 8 s, and for what is called
    // less than once a message longer.
    LATENCY("latency", "128 B at 2,000/s", "latency --size 128 --rate 2000 --count 10000 --warm-up 40", 57, null),
    PACED(
            "paced",
            "128 B at 2,000/s, all processes",
            "paced --size 128 --rate 2000 --seconds 30 --warm-up 10 --runs 1",
            44,
            new ShortRun("paced --size 128 --rate 2000 --seconds 6 --warm-up 10", 13, 6)),
    MIXED(
            "mixed",
            "heartbeats at 200/s beside 1 MiB MsgApp",
            "mixed --size 1048576 --rate 200 --count 8000 --window 32",
            28,
            new ShortRun("mixed --size 1048576 --rate 200 --count 5000 --window 32 --warm-up 7", 8, 3)),
    CODECS("codecs", "the codec alone, AppEntries", "codecs", 200, null),
    PEERS(
            "peers",
            "256 peers in one process",
            "peers --from 1 --to 256 --factor 256 --size 128",
            35,
            new ShortRun("peers --from 1 --to 256 --factor 256 --size 128 --warm-up 2", 10, 10)),
    SOAK("soak", "10 minutes at half the peak", "soak --minutes 10", 615, null);

    private final String label;
    private final String title;
    private final String command;
    private final int seconds;

    @SuppressWarnings("ImmutableEnumChecker") // A record of a string and two numbers.
    private final @Nullable ShortRun inShort;

    /**
     * @param seconds that one process takes, about
     * @param inShort null if it makes no sense in short
     */
    Scenario(String label, String title, String command, int seconds, @Nullable ShortRun inShort) {
        this.label = label;
        this.title = title;
        this.command = command;
        this.seconds = seconds;
        this.inShort = inShort;
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

    /** Whether our builds also run it through sidecars. */
    boolean isForSidecars() {
        return this == PACED;
    }

    /** Whether a peer has a part in it. What gRPC costs at a low rate is nobody's target. */
    boolean takes(String peer) {
        return !isOursAlone() && !(this == PACED && peer.equals(Carrier.GRPC.toString()));
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
        return seconds * rounds(rounds) * programs;
    }

    /**
     * The arguments of one process.
     *
     * @param quick for a run of seconds that measures nothing but whether everything works
     */
    List<String> arguments(boolean quick) {
        return List.of((quick ? quickCommand() : command).split(" "));
    }

    /** How it is run where a process is warmed up once for all rounds. Empty if it is not. */
    Optional<ShortRun> inShort() {
        return Optional.ofNullable(inShort);
    }

    /**
     * The arguments of one process that is warmed up once for all rounds.
     *
     * @param quick as in {@link #arguments}
     */
    List<String> shortArguments(boolean quick) {
        String whole = inShort().orElseThrow().command();
        return List.of((quick ? quickly(whole) : whole).split(" "));
    }

    private String quickCommand() {
        return switch (this) {
            case CODECS, SOAK -> command + " --quick";
            case PEERS -> quickly(command);
            default -> quickly(command).replaceAll(" --runs \\d+", "") + " --runs 1";
        };
    }

    private String quickly(String command) {
        String slow = command.replaceAll(" --warm-up \\d+", "");
        String quick = switch (this) {
            case PEERS -> slow.replace("256", "4") + " --count 500";
            case PACED -> slow.replaceAll("--seconds \\d+", "--seconds 1");
            default -> slow.replaceAll("--count \\d+", "--count 500");
        };
        return quick + " --warm-up 0";
    }

    /** What a user calls it. */
    @Override
    public String toString() {
        return label;
    }

    /**
     * A command whose process makes one run per round.
     *
     * @param warmSeconds that one process takes until its first run, about
     * @param runSeconds that a run takes, about
     */
    record ShortRun(String command, int warmSeconds, int runSeconds) {
        int seconds(int programs, int rounds) {
            return programs * (warmSeconds + rounds * runSeconds);
        }
    }
}
