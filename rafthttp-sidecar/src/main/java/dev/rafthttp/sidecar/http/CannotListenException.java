package dev.rafthttp.sidecar.http;

import dev.rafthttp.options.CannotRunException;
import java.io.IOException;
import java.net.URI;

/** This process cannot listen at a URL, most often because another process does. */
public final class CannotListenException extends CannotRunException {
    public CannotListenException(URI url, IOException cause) {
        super("cannot listen at " + url + ": " + reason(cause), cause);
    }

    private static String reason(IOException cause) {
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }
}
