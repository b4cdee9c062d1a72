package dev.rafthttp.demo;

import org.jspecify.annotations.Nullable;

/** A member cannot run, or not go on, for a reason outside of this process, which the message tells the user. */
class CannotRunException extends RuntimeException {

    CannotRunException(String message) {
        super(message);
    }

    CannotRunException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
