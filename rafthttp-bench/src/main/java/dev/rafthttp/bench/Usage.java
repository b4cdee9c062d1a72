package dev.rafthttp.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one process takes of the machine: CPU time, and how often a processor switches away from one of its threads. Linux
 * counts switches per thread and forgets the count of a thread that ends. A count that was seen here stays in the sum, so
 * what is missing is at most what a thread did between the last call of {@link #read} and its end.
 */
final class Usage {
    private static final Pattern SWITCHES = Pattern.compile("(?m)^(?:non)?voluntary_ctxt_switches:\\s*(\\d+)$");

    private final ProcessHandle process;
    private final Path threads;

    /** The newest count of every thread that was ever seen. */
    private final Map<Path, Long> switches = new HashMap<>();

    Usage(ProcessHandle process) {
        this(process, Path.of("/proc", String.valueOf(process.pid()), "task"));
    }

    /** @param threads the folder with one folder per thread, in which a file named status has the counts */
    Usage(ProcessHandle process, Path threads) {
        this.process = process;
        this.threads = threads;
    }

    /**
     * Looks at all threads.
     *
     * @throws IllegalStateException if the process has ended
     */
    Reading read() {
        Duration cpu = process.info()
                .totalCpuDuration()
                .orElseThrow(
                        () -> new IllegalStateException("process " + process.pid() + " has no CPU time; it ended"));
        return new Reading(cpu.toNanos(), switches());
    }

    private long switches() {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(threads)) {
            for (Path folder : folders) {
                switchesOf(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("context switches are counted in " + threads + ", which only Linux has", e);
        }
        return switches.values().stream().mapToLong(Long::longValue).sum();
    }

    private void switchesOf(Path folder) {
        String status;
        try {
            status = Files.readString(folder.resolve("status"));
        } catch (IOException ended) {
            // The thread ended since the folder was listed; what was seen of it before stays in the sum.
            return;
        }
        long sum = 0;
        for (Matcher count = SWITCHES.matcher(status); count.find(); ) {
            sum += Long.parseLong(count.group(1));
        }
        switches.put(folder, sum);
    }

    /**
     * What was taken since the process began, or between two looks.
     *
     * @param switches both kinds: the thread had to wait, or had its turn taken away
     */
    record Reading(long cpuNanos, long switches) {
        static final Reading NONE = new Reading(0, 0);

        Reading plus(Reading other) {
            return new Reading(cpuNanos + other.cpuNanos, switches + other.switches);
        }

        Reading minus(Reading other) {
            return new Reading(cpuNanos - other.cpuNanos, switches - other.switches);
        }
    }
}
