package dev.rafthttp.bench;

import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of a run's line. */
enum Metric {
    MESSAGES("messages/s", "([\\d.]+) msg/s"),
    MEGABYTES("MB/s", "([\\d.]+) MB/s"),
    CPU("CPU µs a message", "cpu ([\\d.]+) us/msg"),
    P50("p50 µs", "p50=([\\d.]+)us"),
    P99("p99 µs", "p99=([\\d.]+)us"),
    P999("p99.9 µs", "p999=([\\d.]+)us"),
    MAX("longest µs", "max=([\\d.]+)us"),
    ENCODED_BYTES("encode, B a message beyond it", "encode at most ([\\d.]+) B beyond"),
    DECODED_SHARE("decode, B beside the message's own", "decode at most ([\\d.]+) x"),
    CPU_GROWTH("CPU a message beside one peer's", "([\\d.]+) x the CPU"),
    THREAD_GROWTH("threads more", "(-?\\d+) threads more"),
    PEER_HEAP("KiB of heap a peer at rest", "(\\d+) KiB of heap a peer"),
    LAST_MINUTE("last minute beside the first", "last minute ([\\d.]+) of the first"),
    LAST_HEAP("heap after GC, last beside first", "heap ([\\d.]+) of the first"),
    LOST("lost", "(\\d+) lost in all"),
    LONGEST_PAUSE("longest GC pause ms", "longest pause (\\d+) ms");

    private final String title;
    private final Pattern pattern;

    Metric(String title, String pattern) {
        this.title = title;
        this.pattern = Pattern.compile(pattern);
    }

    String title() {
        return title;
    }

    OptionalDouble in(String line) {
        Matcher matcher = pattern.matcher(line);
        return matcher.find() ? OptionalDouble.of(Double.parseDouble(matcher.group(1))) : OptionalDouble.empty();
    }
}
