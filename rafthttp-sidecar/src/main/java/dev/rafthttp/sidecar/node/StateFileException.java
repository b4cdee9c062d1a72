package dev.rafthttp.sidecar.node;

import java.nio.file.Path;

/** A file of members that cannot be read or written. */
public final class StateFileException extends RuntimeException {
    public StateFileException(Path file, String problem, Throwable cause) {
        super(file + " " + problem, cause);
    }
}
