package dev.rafthttp.options;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** How a command that runs on ends. */
public final class ShutdownOptions {
    private static final String GRACE = "--shutdown-grace";

    /** A duration as etcd's options have it. */
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");

    private static final Duration MIN = Duration.ofMillis(1);
    private static final Duration MAX = Duration.ofHours(1);

    @Option(
            names = GRACE,
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "how long messages and requests in progress may take at the end (default 5s)")
    public String grace = "";

    /** Reads the grace; a wrong one is added to the mistakes. */
    public Duration check(Mistakes mistakes) {
        Matcher matcher = DURATION.matcher(grace.strip());
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                default -> Duration.ofMinutes(number);
            };
            if (duration.compareTo(MIN) >= 0 && duration.compareTo(MAX) <= 0) {
                return duration;
            }
        }
        mistakes.add(GRACE, grace, "a number with a unit, ms, s or m, from 1ms to 3600s");
        return MIN;
    }
}
