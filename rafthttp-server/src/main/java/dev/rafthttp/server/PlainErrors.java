package dev.rafthttp.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Answers unknown paths, and requests that Jetty refuses, with one line of plain text, as Go's server does. */
final class PlainErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        // WIRE: http.NotFound's words.
        String text = status == HttpStatus.NOT_FOUND_404
                ? "404 page not found\n"
                : status + " " + HttpStatus.getMessage(status) + "\n";
        byte[] line = text.getBytes(StandardCharsets.US_ASCII);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, line.length);
        response.write(true, ByteBuffer.wrap(line), callback);
        return true;
    }
}
