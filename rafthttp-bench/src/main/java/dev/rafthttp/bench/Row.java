package dev.rafthttp.bench;

import java.util.List;

/**
 * A row of the comparison's table: a number of a scenario, and what it must be.
 *
 * @param carrier what carries our messages: the transport in process, or sidecars
 */
record Row(Scenario scenario, Carrier carrier, Metric metric, List<Target> targets) {
    private static final String GO = GoPeer.NAME;
    private static final String GRPC = Carrier.GRPC.toString();
    private static final String TCP = Carrier.TCP.toString();

    /** In the order in which they are printed. Those without a target are there to explain the others. */
    private static final List<Row> ALL = List.of(
            row(
                    Scenario.THROUGHPUT_128,
                    Metric.MESSAGES,
                    Target.ratioAtLeast(GO, 3, 5),
                    Target.ratioAtLeast(GRPC, 3, 3)),
            row(Scenario.THROUGHPUT_128, Metric.CPU, Target.ratioAtMost(GO, 0.4, 0.2)),
            row(Scenario.THROUGHPUT_128X64, Metric.MESSAGES, Target.ratioAtLeast(GO, 2.6, 3)),
            row(Scenario.THROUGHPUT_128X64, Metric.CPU),
            row(
                    Scenario.THROUGHPUT_1M,
                    Metric.MEGABYTES,
                    Target.ratioAtLeast(GO, 2, 2),
                    Target.ratioAtLeast(TCP, 0.85, 0.9),
                    Target.ratioAtLeast(GRPC, 1.5, 1.5)),
            row(Scenario.THROUGHPUT_1M, Metric.CPU),
            row(Scenario.LATENCY, Metric.P50, Target.ratioAtMost(GO, 1, 0.5), Target.ratioAtMost(TCP, 1.15, 1.15)),
            row(Scenario.LATENCY, Metric.P99, Target.ratioAtMost(GO, 0.6, 0.5)),
            row(Scenario.LATENCY, Metric.P999),
            row(Scenario.PACED, Metric.CPU, Target.ratioAtMost(GO, 1, 1)),
            row(Scenario.PACED, Metric.SWITCHES),
            row(Scenario.PACED, Metric.P50, Target.ratioAtMost(TCP, 1.15, 1.15)),
            row(Scenario.PACED, Metric.P99),
            throughSidecars(Metric.CPU, Target.ratioAtMost(GO, 3, 3)),
            throughSidecars(Metric.SIDECARS_CPU),
            throughSidecars(Metric.SWITCHES),
            throughSidecars(Metric.SIDECARS_SWITCHES),
            throughSidecars(Metric.P50),
            throughSidecars(Metric.P99),
            row(Scenario.MIXED, Metric.P50),
            row(Scenario.MIXED, Metric.P99, Target.atMost(2_000, 1_000)),
            row(Scenario.MIXED, Metric.MAX),
            row(Scenario.MIXED, Metric.MEGABYTES),
            // The profiler's own noise: a few bytes a second, among millions of messages.
            row(Scenario.CODECS, Metric.ENCODED_BYTES, Target.atMost(1, 1)),
            // The rest is what a read costs, whose 64 KiB hold many messages or a part of one.
            row(Scenario.CODECS, Metric.DECODED_SHARE, Target.atMost(1.05, 1.05)),
            row(Scenario.PEERS, Metric.PEERS_MESSAGES),
            row(Scenario.PEERS, Metric.PEERS_CPU),
            row(Scenario.PEERS, Metric.CPU_GROWTH, Target.atMost(2.2, 1.5)),
            row(Scenario.PEERS, Metric.THREAD_GROWTH, Target.atMost(4, 0)),
            row(Scenario.PEERS, Metric.PEER_HEAP, Target.atMost(256, 256)),
            row(Scenario.SOAK, Metric.LAST_MINUTE, Target.atLeast(0.95)),
            row(Scenario.SOAK, Metric.LAST_HEAP, Target.atMost(1.1, 1.1)),
            row(Scenario.SOAK, Metric.LOST, Target.atMost(0, 0)),
            row(Scenario.SOAK, Metric.LONGEST_PAUSE));

    private static Row row(Scenario scenario, Metric metric, Target... targets) {
        return new Row(scenario, Carrier.RAFTHTTP, metric, List.of(targets));
    }

    private static Row throughSidecars(Metric metric, Target... targets) {
        return new Row(Scenario.PACED, Carrier.SIDECAR, metric, List.of(targets));
    }

    static List<Row> of(Scenario scenario) {
        return ALL.stream().filter(row -> row.scenario() == scenario).toList();
    }

    /** The numbers that the lines of a scenario must have where a carrier carries the messages. */
    static List<Metric> metrics(Scenario scenario, Carrier carrier) {
        return of(scenario).stream()
                .filter(row -> row.carrier() == carrier)
                .map(Row::metric)
                .toList();
    }

    /** What the row begins with. */
    String title() {
        String where = carrier == Carrier.SIDECAR ? " through two sidecars: " : ": ";
        return scenario.title() + where + metric.title();
    }
}
