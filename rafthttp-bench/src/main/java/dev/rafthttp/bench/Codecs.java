package dev.rafthttp.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs {@link CodecBenchmark}, each case in a process of its own, and holds what was allocated against what must be. */
@Command(
        name = "codecs",
        description = "time and allocation a message of the codec alone, by JMH",
        mixinStandardHelpOptions = true)
final class Codecs implements Callable<Integer> {
    private static final int WARM_UPS = 3;
    private static final TimeValue ITERATION = TimeValue.seconds(1);
    private static final TimeValue QUICK_ITERATION = TimeValue.milliseconds(10);

    @Spec
    private CommandSpec spec;

    @Option(names = "--iterations", description = "of one second each (default ${DEFAULT-VALUE})")
    private int iterations = 5;

    @Option(names = "--entries", split = ",", description = "entries per message (default ${DEFAULT-VALUE})")
    private List<Integer> entries = List.of(1, 64);

    @Option(names = "--size", split = ",", description = "bytes of data per entry (default ${DEFAULT-VALUE})")
    private List<Integer> sizes = List.of(128, 4_096, 1_048_576);

    @Option(names = "--quick", description = "one iteration of 10 ms, to see that it works; measures nothing")
    private boolean quick;

    /** The most that encoding a message allocated. */
    private double encodedBytes;

    /** The most that decoding a message allocated, beside what the message itself takes. */
    private double decodedShare;

    @Override
    public Integer call() throws RunnerException {
        Arguments.atLeast(spec.commandLine(), "--iterations", iterations, 1);
        for (int each : entries) {
            Arguments.atLeast(spec.commandLine(), "--entries", each, 1);
            for (int size : sizes) {
                Arguments.atLeast(spec.commandLine(), "--size", size, Long.BYTES);
                run(each, size);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(Lines.format(
                "codecs: encode at most %.2f B beyond the message, decode at most %.3f x the message's own",
                encodedBytes, decodedShare));
        out.flush();
        return 0;
    }

    private void run(int entries, int size) throws RunnerException {
        Map<String, Double> allocated = new TreeMap<>();
        PrintWriter out = spec.commandLine().getOut();
        for (RunResult result : jmh(entries, size)) {
            String benchmark = result.getParams().getBenchmark();
            String name = benchmark.substring(benchmark.lastIndexOf('.') + 1);
            double bytes = allocatedBytes(result);
            allocated.put(name, bytes);
            out.println(Lines.format(
                    "codec %s size=%d entries=%d  %.1f ns/msg  %.1f B/msg",
                    name, size, entries, result.getPrimaryResult().getScore(), bytes));
        }
        out.flush();
        encodedBytes = Math.max(encodedBytes, allocated.getOrDefault("encode", Double.NaN));
        decodedShare = Math.max(
                decodedShare,
                allocated.getOrDefault("decode", Double.NaN) / allocated.getOrDefault("rebuild", Double.NaN));
    }

    private Iterable<RunResult> jmh(int entries, int size) throws RunnerException {
        return new Runner(new OptionsBuilder()
                        .include(CodecBenchmark.class.getName())
                        .param("entries", String.valueOf(entries))
                        .param("size", String.valueOf(size))
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .forks(1)
                        .jvmArgs("-Xmx2g")
                        .warmupIterations(quick ? 0 : WARM_UPS)
                        .warmupTime(ITERATION)
                        .measurementIterations(quick ? 1 : iterations)
                        .measurementTime(quick ? QUICK_ITERATION : ITERATION)
                        .build())
                .run();
    }

    private static double allocatedBytes(RunResult result) {
        for (Result<?> each : result.getSecondaryResults().values()) {
            if (each.getLabel().endsWith("gc.alloc.rate.norm")) {
                return each.getScore();
            }
        }
        throw new IllegalStateException("JMH's profiler did not say what was allocated: "
                + result.getSecondaryResults().keySet());
    }
}
