package dev.rafthttp.options;

import dev.rafthttp.HeapLimits;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How much of the heap messages may take. Each limit that is not given is a share of the heap. */
public final class LimitOptions {
    public static final String MAX_MESSAGE_BYTES = "--max-message-bytes";
    public static final String MAX_POST_BYTES = "--max-post-bytes";
    public static final String MAX_QUEUE_BYTES = "--max-queue-bytes";
    public static final String MAX_RECEIVE_BYTES = "--max-receive-bytes";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})(KiB|MiB|GiB|)");

    private static final Map<String, Long> UNITS = Map.of("", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

    private static final long MIN = 1 << 10;
    private static final long MAX_MESSAGE = 1 << 30;

    @Option(
            names = MAX_MESSAGE_BYTES,
            paramLabel = "SIZE",
            description = "the largest message on a stream, in bytes or with a unit, KiB, MiB or GiB"
                    + " (default: an eighth of the heap, at most 512MiB)")
    public @Nullable String message;

    @Option(
            names = MAX_POST_BYTES,
            paramLabel = "SIZE",
            description = "the largest message in a post (default: a sixteenth of the heap, at most 64MiB)")
    public @Nullable String post;

    @Option(
            names = MAX_QUEUE_BYTES,
            paramLabel = "SIZE",
            description = "what may wait in one queue (default: a sixteenth of the heap, at most 64MiB)")
    public @Nullable String queue;

    @Option(
            names = MAX_RECEIVE_BYTES,
            paramLabel = "SIZE",
            description =
                    "what all that is being received from peers may take together (default: a quarter of the heap)")
    public @Nullable String receive;

    /** Reads the limits; wrong ones are added to the mistakes. */
    public HeapLimits check(Mistakes mistakes) {
        return check(Runtime.getRuntime().maxMemory(), mistakes);
    }

    /** @param heapBytes the most that the heap may grow to */
    HeapLimits check(long heapBytes, Mistakes mistakes) {
        HeapLimits defaults = HeapLimits.of(heapBytes);
        long mostMessage = Math.min(MAX_MESSAGE, heapBytes);
        HeapLimits limits = new HeapLimits(
                (int) size(MAX_MESSAGE_BYTES, message, defaults.messageBytes(), mostMessage, mistakes),
                (int) size(MAX_POST_BYTES, post, defaults.postBytes(), mostMessage, mistakes),
                (int) size(MAX_QUEUE_BYTES, queue, defaults.queueBytes(), mostMessage, mistakes),
                size(MAX_RECEIVE_BYTES, receive, defaults.receiveBytes(), heapBytes, mistakes));
        checkShare(MAX_MESSAGE_BYTES, limits.messageBytes(), 2, limits.receiveBytes(), mistakes);
        checkShare(MAX_POST_BYTES, limits.postBytes(), 4, limits.receiveBytes(), mistakes);
        return limits;
    }

    /** What no peer's half of all that is being received has room for would be refused each time. A post is there twice. */
    private static void checkShare(String option, long bytes, int times, long receiveBytes, Mistakes mistakes) {
        if (bytes * times > receiveBytes) {
            mistakes.add(
                    option,
                    Long.toString(bytes),
                    "at most " + receiveBytes / times + " bytes, a "
                            + (times == 2 ? "half" : "quarter") + " of " + MAX_RECEIVE_BYTES + ", which is "
                            + receiveBytes);
        }
    }

    private static long size(String option, @Nullable String text, long otherwise, long most, Mistakes mistakes) {
        if (text == null) {
            return otherwise;
        }
        Matcher matcher = SIZE.matcher(text.strip());
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            long unit = Objects.requireNonNull(UNITS.get(matcher.group(2)));
            if (number <= most / unit && number * unit >= MIN) {
                return number * unit;
            }
        }
        mistakes.add(
                option,
                text,
                "bytes, or a number with a unit, KiB, MiB or GiB, from " + MIN + " to " + most + " bytes"
                        + (most < MAX_MESSAGE ? ", which the heap has" : ""));
        return otherwise;
    }
}
