package dev.rafthttp.sidecar.relay;

import java.nio.file.Path;

/** A file of members that cannot be read or written. */
final class StateFileException extends RuntimeException {
    StateFileException(Path file, String problem, Throwable cause) {
        super(file + " " + problem, cause);
    }
}
