package dev.rafthttp.sidecar.http;

import org.eclipse.jetty.http.HttpStatus;

/** A request is refused with another status than 400. The message names the value and what is expected. */
public final class RefusedRequestException extends IllegalArgumentException {
    private final int status;

    private RefusedRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The body is above the limit of its kind. */
    public static RefusedRequestException tooLarge(String message) {
        return new RefusedRequestException(HttpStatus.PAYLOAD_TOO_LARGE_413, message);
    }

    /** The body is of a type, or in an encoding, that is not taken. */
    static RefusedRequestException unsupported(String message) {
        return new RefusedRequestException(HttpStatus.UNSUPPORTED_MEDIA_TYPE_415, message);
    }

    /** What is asked for contradicts what is there. */
    public static RefusedRequestException conflict(String message) {
        return new RefusedRequestException(HttpStatus.CONFLICT_409, message);
    }

    /** The status of the answer. */
    public int status() {
        return status;
    }
}
