package dev.rafthttp.bench;

import java.util.List;
import java.util.Locale;

/** A line of the comparison: a command, its arguments, and the numbers of its lines that are compared. */
enum Scenario {
    SMALL(
            "128 B, 1 entry, window 2,048",
            "throughput --size 128 --entries 1 --count 1000000 --window 2048",
            Metric.MESSAGES,
            Metric.CPU),
    ENTRIES(
            "128 B, 64 entries, window 2,048",
            "throughput --size 128 --entries 64 --count 50000 --window 2048",
            Metric.MESSAGES,
            Metric.CPU),
    LARGE(
            "1 MiB, window 32",
            "throughput --size 1048576 --entries 1 --count 4000 --window 32",
            Metric.MEGABYTES,
            Metric.CPU),
    LATENCY("128 B at 2,000/s", "latency --size 128 --rate 2000 --count 10000", Metric.P50, Metric.P99, Metric.P999),
    MIXED(
            "heartbeats at 200/s beside 1 MiB MsgApp",
            "mixed --size 1048576 --rate 200 --count 8000 --window 32",
            Metric.P50,
            Metric.P99,
            Metric.MAX,
            Metric.MEGABYTES);

    private final String title;
    private final String command;

    @SuppressWarnings("ImmutableEnumChecker") // of List.of
    private final List<Metric> metrics;

    Scenario(String title, String command, Metric... metrics) {
        this.title = title;
        this.command = command;
        this.metrics = List.of(metrics);
    }

    String title() {
        return title;
    }

    List<Metric> metrics() {
        return metrics;
    }

    /**
     * The arguments of one process.
     *
     * @param quick for a run of a second that measures nothing but whether everything works
     */
    List<String> arguments(boolean quick) {
        String whole = quick ? command.replaceAll("--count \\d+", "--count 500") + " --warm-up 0 --runs 1" : command;
        return List.of(whole.split(" "));
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
