package dev.rafthttp.runtime;

import java.util.regex.Pattern;

/**
 * Makes what others wrote fit for a log line or an error: a stranger's text may neither begin a line of its own nor tell a terminal
 * what to do.
 */
public final class LogText {
    /**
     * What goes between the brackets of a regular expression, to mean every such character: ASCII's control characters and C1's, of
     * which U+009B begins a terminal's command like ESC does; and what breaks or turns a line.
     */
    public static final String CONTROLS = "\\p{Cc}\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069";

    private static final Pattern RUN_OF_CONTROLS = Pattern.compile("[" + CONTROLS + "]+");

    private LogText() {}

    /** The text on one line, with a blank instead of each run of control characters. */
    public static String oneLine(String text) {
        return RUN_OF_CONTROLS.matcher(text).replaceAll(" ");
    }
}
