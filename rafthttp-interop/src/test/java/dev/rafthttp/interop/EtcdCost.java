package dev.rafthttp.interop;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a relay costs an etcd cluster: {@code bin/rafthttp-bench etcd [ROUNDS [SECONDS [WARM_UP]]]}. The wirings take
 * turns within a run, so that all of them meet the same machine, and the medians are compared.
 */
final class EtcdCost {
    private static final int DEFAULT_ROUNDS = 3;
    private static final int DEFAULT_SECONDS = 10;

    /** On cores that etcd keeps busy, the relay's compiler needs most of a minute. */
    private static final int DEFAULT_WARM_UP_SECONDS = 60;

    private final int seconds;
    private final int warmUpSeconds;
    private final PrintStream out;
    private final Map<Wiring.Form, List<PutRate>> measured = new EnumMap<>(Wiring.Form.class);

    private EtcdCost(int seconds, int warmUpSeconds, PrintStream out) {
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : DEFAULT_ROUNDS;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : DEFAULT_SECONDS;
        int warmUpSeconds = args.length > 2 ? Integer.parseInt(args[2]) : DEFAULT_WARM_UP_SECONDS;
        EtcdCost cost = new EtcdCost(seconds, warmUpSeconds, System.out);
        for (int round = 0; round < rounds; round++) {
            for (Wiring.Form form : Wiring.Form.values()) {
                cost.measure(form, round == 0 && form == Wiring.Form.ONE_RELAY);
            }
        }
        cost.summarize();
        System.exit(0);
    }

    private void measure(Wiring.Form form, boolean checksPerformance) throws IOException {
        String unavailable = form == Wiring.Form.RELAY_EACH ? Namespaces.unavailable() : "";
        if (!unavailable.isEmpty()) {
            out.printf("%-10s  skipped: %s%n", form, unavailable);
            return;
        }
        Path folder = Files.createTempDirectory("rafthttp-bench-etcd");
        try (EtcdCluster cluster = EtcdCluster.start(form, folder)) {
            PutRate.measure(cluster, warmUpSeconds);
            PutRate rate = PutRate.measure(cluster, seconds);
            measured.computeIfAbsent(form, any -> new ArrayList<>()).add(rate);
            out.printf("%-10s  %s%n", form, rate);
            if (checksPerformance) {
                out.printf("%-10s  %s%n", form, checkPerformance(cluster));
            }
        } finally {
            Folders.delete(folder);
        }
    }

    /** etcd's own verdict. */
    private static String checkPerformance(EtcdCluster cluster) {
        String said = new Etcdctl(List.of(cluster.leader().urls().client())).run("check", "perf", "--load=s");
        return "check perf --load=s: "
                + said.lines()
                        .filter(line -> line.matches("PASS|FAIL"))
                        .findFirst()
                        .orElse("no verdict: " + said);
    }

    private void summarize() {
        out.printf("%nmedians: puts/s, p50 and p99 in ms, and how they compare with %s%n", Wiring.Form.DIRECT);
        measured.forEach((form, rates) -> out.printf(
                "%-10s  %,9.0f  %7.2f  %7.2f   %5.1f %%  %5.2f x  %5.2f x%n",
                form,
                median(form, PutRate::perSecond),
                median(form, PutRate::p50Millis),
                median(form, PutRate::p99Millis),
                100 * ratio(form, PutRate::perSecond),
                ratio(form, PutRate::p50Millis),
                ratio(form, PutRate::p99Millis)));
    }

    private double ratio(Wiring.Form form, ToDoubleFunction<PutRate> value) {
        return median(form, value) / median(Wiring.Form.DIRECT, value);
    }

    private double median(Wiring.Form form, ToDoubleFunction<PutRate> value) {
        double[] sorted =
                measured.get(form).stream().mapToDouble(value).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
