package dev.rafthttp.options;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How a command logs. */
public final class LogOptions {
    static final String FORMAT = "--log-format";
    static final String LEVEL = "--log-level";

    private static final List<String> FORMATS = List.of("text", "json");
    private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

    @Option(
            names = FORMAT,
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "format of the log on standard error: text or json (default text)")
    private String format;

    @Option(
            names = LEVEL,
            paramLabel = "LEVEL",
            defaultValue = "info",
            description = "lowest level that is logged: error, warn, info, debug or trace (default info)")
    private String level;

    /** Adds what is wrong to the mistakes. */
    public Logs check(Mistakes mistakes) {
        if (!FORMATS.contains(format)) {
            mistakes.add(FORMAT, format, "text or json");
        }
        if (!LEVELS.contains(level.toLowerCase(Locale.ROOT))) {
            mistakes.add(LEVEL, level, "one of " + String.join(", ", LEVELS));
        }
        return new Logs(format.equals("json"), level);
    }
}
