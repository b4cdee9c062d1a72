package dev.rafthttp.sidecar.options;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads durations as etcd's options have them: a number with a unit, {@code 500ms}, {@code 5s} or {@code 2m}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m)");

    private Durations() {}

    /**
     * Reads one.
     *
     * @param mistakes gets what is wrong with it; the minimum is returned then
     */
    public static Duration parse(String option, String text, Duration min, Duration max, Mistakes mistakes) {
        Matcher matcher = FORM.matcher(text.strip());
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                default -> Duration.ofMinutes(number);
            };
            if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
                return duration;
            }
        }
        mistakes.add(option, text, "a number with a unit, ms, s or m, from " + shown(min) + " to " + shown(max));
        return min;
    }

    private static String shown(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }
}
