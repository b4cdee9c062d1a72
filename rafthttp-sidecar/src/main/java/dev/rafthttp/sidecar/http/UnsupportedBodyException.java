package dev.rafthttp.sidecar.http;

/** A body of a type, or in an encoding, that is not taken. */
public final class UnsupportedBodyException extends IllegalArgumentException {
    UnsupportedBodyException(String message) {
        super(message);
    }
}
