package dev.rafthttp.sidecar.node;

/** A body of a type, or in an encoding, that is not taken. */
final class UnsupportedBodyException extends IllegalArgumentException {
    UnsupportedBodyException(String message) {
        super(message);
    }
}
