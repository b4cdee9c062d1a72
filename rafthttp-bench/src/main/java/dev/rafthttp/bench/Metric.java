package dev.rafthttp.bench;

import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of a run's line. */
enum Metric {
    MESSAGES("messages/s", "([\\d.]+) msg/s"),
    MEGABYTES("MB/s", "([\\d.]+) MB/s"),
    CPU("CPU µs per message", "cpu ([\\d.]+) us/msg"),
    P50("p50 µs", "p50=([\\d.]+)us"),
    P99("p99 µs", "p99=([\\d.]+)us"),
    P999("p99.9 µs", "p999=([\\d.]+)us"),
    MAX("longest µs", "max=([\\d.]+)us"),
    SWITCHES("context switches per message", "us/msg  ([\\d.]+) switches/msg"),
    SIDECARS_CPU("CPU µs per message of the sidecars alone", "sidecars cpu ([\\d.]+) us/msg"),
    SIDECARS_SWITCHES(
            "context switches per message of the sidecars alone",
            "sidecars cpu [\\d.]+ us/msg  ([\\d.]+) switches/msg"),
    ENCODED_BYTES("encode, B per message beyond the message", "encode at most ([\\d.]+) B beyond"),
    DECODED_SHARE("decode, B ÷ the message's own", "decode at most ([\\d.]+) x"),
    PEERS_MESSAGES("messages/s", "(\\d+) messages a second to all"),
    PEERS_CPU("CPU µs per message", "at ([\\d.]+) us of CPU each"),
    CPU_GROWTH("CPU per message ÷ one peer's", "([\\d.]+) x the CPU"),
    THREAD_GROWTH("additional threads", "(-?\\d+) threads more"),
    PEER_HEAP("KiB of heap per peer at rest", "(\\d+) KiB of heap a peer"),
    LAST_MINUTE("last minute ÷ first minute", "last minute ([\\d.]+) of the first"),
    LAST_HEAP("heap after GC, last ÷ first", "heap ([\\d.]+) of the first"),
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
