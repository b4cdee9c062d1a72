package dev.rafthttp.sidecar.http;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;

/** Answers requests that no handler answers, in the API's form. */
public final class JsonErrors implements Request.Handler {
    /** The attribute of a request for a file that has the file's length, in bytes. */
    public static final String LENGTH = JsonErrors.class.getName() + ".length";

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        if (HttpStatus.hasNoBody(status)) {
            // Jetty would set the length to 0. For 304, the length is that of the answer without a condition.
            if (request.getAttribute(LENGTH) instanceof Long length && status == HttpStatus.NOT_MODIFIED_304) {
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, length);
            }
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
            return true;
        }
        String error = status + " " + HttpStatus.getMessage(status);
        if (status == HttpStatus.RANGE_NOT_SATISFIABLE_416 && request.getAttribute(LENGTH) instanceof Long length) {
            error += ": Range " + request.getHeaders().get(HttpHeader.RANGE)
                    + ": expected bytes=FIRST-LAST of a database of " + length + " bytes, the first at 0";
        }
        Json.error(response, callback, status, error);
        return true;
    }
}
