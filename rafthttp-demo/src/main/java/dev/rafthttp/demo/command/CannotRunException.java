package dev.rafthttp.demo.command;

import org.jspecify.annotations.Nullable;

/** A member cannot run, or not go on, for a reason outside of this process, which the message tells the user. */
public class CannotRunException extends RuntimeException {

    public CannotRunException(String message) {
        super(message);
    }

    public CannotRunException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
