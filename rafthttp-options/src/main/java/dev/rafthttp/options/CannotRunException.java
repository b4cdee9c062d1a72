package dev.rafthttp.options;

/** A command cannot run, for a reason that its user can remove. */
public class CannotRunException extends RuntimeException {
    /** @param message names the value, and what is wrong with it */
    public CannotRunException(String message) {
        super(message);
    }

    /** @param message names the value, and what is wrong with it */
    public CannotRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
