package dev.rafthttp.sidecar.state;

import dev.rafthttp.options.CannotRunException;
import java.nio.file.Path;

/** A file of members that cannot be read or written. */
public final class StateFileException extends CannotRunException {
    public StateFileException(Path file, String problem) {
        super(file + " " + problem);
    }

    public StateFileException(Path file, String problem, Throwable cause) {
        super(file + " " + problem, cause);
    }
}
