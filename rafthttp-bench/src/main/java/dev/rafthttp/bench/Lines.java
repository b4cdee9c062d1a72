package dev.rafthttp.bench;

import com.google.errorprone.annotations.FormatMethod;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** The form of the lines that runs print, one each; the peer in Go prints the same. */
final class Lines {
    private Lines() {}

    /** {@code rafthttp size=128 entries=1 n=300000  N msg/s  N MB/s  cpu N us/msg}. */
    static String throughput(
            Object carrier, int size, int entries, long count, double seconds, double cpuMicrosAMessage) {
        return format(
                "%s size=%d entries=%d n=%d  %s  cpu %.2f us/msg",
                carrier, size, entries, count, rates(count, (double) size * entries, seconds), cpuMicrosAMessage);
    }

    /** {@code N msg/s  N MB/s}. */
    static String rates(long count, double bytesAMessage, double seconds) {
        return format("%.0f msg/s  %.1f MB/s", count / seconds, count * bytesAMessage / seconds / 1e6);
    }

    /** {@code rafthttp size=128 rate=2000 n=20000 p50=Nus p99=Nus p999=Nus max=Nus}. */
    static String latency(Object carrier, int size, int rate, Histogram histogram) {
        return format(
                "%s size=%d rate=%d n=%d p50=%.1fus p99=%.1fus p999=%.1fus max=%.1fus",
                carrier,
                size,
                rate,
                histogram.getTotalCount(),
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3,
                histogram.getValueAtPercentile(99.9) / 1e3,
                histogram.getMaxValue() / 1e3);
    }

    /** {@code cpu N us/msg  N switches/msg}. */
    static String usage(Usage.Reading taken, long count) {
        return format(
                "cpu %.2f us/msg  %.2f switches/msg",
                taken.cpuNanos() / 1e3 / count, (double) taken.switches() / count);
    }

    @FormatMethod
    static String format(String form, Object... values) {
        return String.format(Locale.ROOT, form, values);
    }
}
