package dev.rafthttp.sidecarclient;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;

/**
 * One {@code POST} with a body that is written piece by piece. Any answer of the sidecar ends it, even before the end of the body.
 *
 * <p>Written by one thread.
 */
final class SidecarPost extends BufferingResponseListener implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = 4 << 10;
    private static final String CONTENT_TYPE = "application/octet-stream";

    private final AsyncRequestContent body = new AsyncRequestContent(CONTENT_TYPE);
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private final Request request;
    private final Runnable ended;

    /** The sidecar's answer. */
    record Answer(int status, String text) {}

    /** @param ended called when the post has ended, perhaps several times, on a thread that must not be blocked */
    SidecarPost(SidecarHttp http, String path, Runnable ended) {
        super(MAX_ANSWER_BYTES);
        this.request = http.request(HttpMethod.POST, path).body(body);
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

    /** Ends the body. */
    void end() {
        body.close();
    }

    /**
     * Waits for the answer.
     *
     * @throws IOException if the post ends without one
     */
    Answer answer() throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e.getCause());
        }
    }

    @Override
    public void onSuccess(Response response) {
        answer.complete(new Answer(response.getStatus(), String.valueOf(getContentAsString())));
        ended(new IOException("it answered " + response.getStatus()));
    }

    @Override
    public void onFailure(Response response, Throwable failure) {
        answer.completeExceptionally(failure);
        ended(failure);
    }

    @Override
    public void onComplete(Result result) {
        if (result.isFailed()) {
            answer.completeExceptionally(result.getFailure());
            ended(result.getFailure());
        }
    }

    private void ended(Throwable why) {
        ended.run();
        // This also ends a write that is under way.
        request.abort(why);
    }

    /** Ends the post, its body cut off; does nothing if it has ended. */
    void hangUp() {
        request.abort(new IOException("it is being closed"));
    }

    /** Ends the connection. */
    @Override
    public void close() {
        hangUp();
    }
}
