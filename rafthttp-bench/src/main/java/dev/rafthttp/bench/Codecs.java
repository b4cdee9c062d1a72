package dev.rafthttp.bench;

import java.util.concurrent.Callable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs {@link CodecBenchmark} in a process of its own. */
@Command(
        name = "codecs",
        description = "time and allocation a message of the codec alone, by JMH",
        mixinStandardHelpOptions = true)
final class Codecs implements Callable<Integer> {
    private static final int WARM_UPS = 3;

    @Option(names = "--iterations", description = "of one second each (default ${DEFAULT-VALUE})")
    private int iterations = 5;

    @Override
    public Integer call() throws RunnerException {
        new Runner(new OptionsBuilder()
                        .include(CodecBenchmark.class.getName())
                        .addProfiler(GCProfiler.class)
                        .forks(1)
                        .jvmArgs("-Xmx2g")
                        .warmupIterations(WARM_UPS)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(iterations)
                        .measurementTime(TimeValue.seconds(1))
                        .build())
                .run();
        return 0;
    }
}
