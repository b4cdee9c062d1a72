package dev.rafthttp.peer;

import java.util.regex.Pattern;

/**
 * Makes what others wrote fit for a log line or an error: a stranger's text may neither begin a line of its own nor tell a terminal
 * what to do.
 */
public final class LogText {
    /** ASCII's control characters and C1's, of which U+009B begins a terminal's command like ESC does; and what breaks or turns a line. */
    private static final Pattern CONTROLS =
            Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]+");

    private LogText() {}

    /** The text on one line, with a blank instead of each run of control characters. */
    public static String oneLine(String text) {
        return CONTROLS.matcher(text).replaceAll(" ");
    }
}
