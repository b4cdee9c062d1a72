package dev.rafthttp.sidecar.node;

import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers what no handler does, in the API's form. */
final class JsonErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Json.error(response, callback, status, status + " " + HttpStatus.getMessage(status));
        return true;
    }
}
