package dev.rafthttp.sidecarclient;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/**
 * One {@code POST} with a body that lasts. Whatever the sidecar answers ends it, since an answer belongs behind the body.
 *
 * <p>Written by one thread.
 */
final class SidecarPost extends BufferingResponseListener implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = 4 << 10;
    private static final String CONTENT_TYPE = "application/octet-stream";

    private final AsyncRequestContent body = new AsyncRequestContent(CONTENT_TYPE);
    private final Request request;
    private final Runnable ended;
    private volatile @Nullable IOException cause;

    /** @param ended called when the post has ended, perhaps several times, on a thread that must not be blocked */
    SidecarPost(SidecarHttp sidecar, String path, Runnable ended) {
        super(MAX_ANSWER_BYTES);
        this.request = sidecar.request(HttpMethod.POST, path).body(body);
        this.ended = ended;
    }

    /** Sends the head. */
    void open() {
        request.send(this);
    }

    /**
     * Writes bytes, which may be used again afterwards.
     *
     * @throws IOException if the post has ended
     */
    void write(ByteBuffer bytes) throws IOException {
        Content.Sink.write(body, false, bytes);
    }

    /** How the post ended. */
    IOException cause() {
        IOException known = cause;
        return known == null ? new IOException("it is being closed") : known;
    }

    @Override
    public void onSuccess(Response response) {
        end(SidecarHttp.refused(response.getStatus(), String.valueOf(getContentAsString())));
    }

    @Override
    public void onFailure(Response response, Throwable failure) {
        end(new IOException(String.valueOf(failure), failure));
    }

    @Override
    public void onComplete(Result result) {
        if (result.isFailed()) {
            end(new IOException(String.valueOf(result.getFailure()), result.getFailure()));
        }
    }

    private void end(IOException why) {
        if (cause == null) {
            cause = why;
        }
        ended.run();
        // A write that is under way ends with it.
        request.abort(why);
    }

    /** Hangs up. */
    @Override
    public void close() {
        request.abort(cause());
    }
}
