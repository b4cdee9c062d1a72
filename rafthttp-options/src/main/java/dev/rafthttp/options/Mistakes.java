package dev.rafthttp.options;

import java.util.ArrayList;
import java.util.List;

/**
 * Everything that is wrong with a configuration, so that it is all told at once. Not thread-safe; {@link #throwIfAny} ends its
 * life.
 */
public final class Mistakes {
    private final List<String> lines = new ArrayList<>();

    /**
     * Adds one mistake.
     *
     * @param option with its dashes
     * @param value what was given
     * @param expected what would have been right
     */
    public void add(String option, String value, String expected) {
        lines.add(option + " \"" + value + "\": expected " + expected);
    }

    /**
     * Adds one mistake.
     *
     * @param reason what is wrong with the value, in a few words
     */
    public void add(String option, String value, String expected, String reason) {
        add(option, value, expected + "; " + reason);
    }

    /** Adds one mistake for which there is no value. */
    public void missing(String option, String expected) {
        lines.add(option + " is missing: expected " + expected);
    }

    /** Adds something that is no option, or a value that belongs to none. */
    public void unknown(String given, String expected) {
        lines.add(given + " is unknown: expected " + expected);
    }

    /** Whether there is none so far. */
    public boolean isEmpty() {
        return lines.isEmpty();
    }

    /**
     * Ends the check.
     *
     * @throws WrongOptionsException naming every mistake, if there is one
     */
    public void throwIfAny() {
        if (!lines.isEmpty()) {
            throw new WrongOptionsException(lines);
        }
    }
}
