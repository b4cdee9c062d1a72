package dev.rafthttp.sidecar.node;

/** A body above the limit of its kind. */
final class BodyTooLargeException extends IllegalArgumentException {
    BodyTooLargeException(String message) {
        super(message);
    }
}
