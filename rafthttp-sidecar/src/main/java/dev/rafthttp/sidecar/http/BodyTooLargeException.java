package dev.rafthttp.sidecar.http;

/** A body above the limit of its kind. */
public final class BodyTooLargeException extends IllegalArgumentException {
    public BodyTooLargeException(String message) {
        super(message);
    }
}
