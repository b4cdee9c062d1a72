package dev.rafthttp.sidecar.messages;

import com.google.protobuf.CodedOutputStream;
import dev.rafthttp.client.AnyHostClient;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.Backoff;
import dev.rafthttp.sidecar.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts received messages to the node, in order: one post at a time, with everything that came while the last one was being
 * answered. One that is not answered with 2xx is posted again, the same, until it is; meanwhile the inbox fills, and holds the
 * peers back.
 *
 * <p>The first post has no messages: it asks whether there is a node, which is not known otherwise before a message comes.
 *
 * <p>A token, {@link #posting}, says whether a post is under way or about to be; the thread that takes it owns the post.
 */
public final class CallbackPoster implements NodeLink, NodeInbox.Consumer {
    private static final Logger LOG = LoggerFactory.getLogger(CallbackPoster.class);

    private static final long MIN_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MAX_RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * From the first byte of a post to the last of its answer: a node that takes longer is asked again. An idle timeout would not
     * do, since an answer that drips is never idle.
     */
    private static final long WHOLE_POST_MILLIS = 30_000;

    private final URI url;
    private final NodeInbox inbox;
    private final long wholePostMillis;
    private final HttpClient http = new AnyHostClient();
    private final Backoff backoff = new Backoff(MIN_RETRY_NANOS, MAX_RETRY_NANOS, new Random());
    private final AtomicBoolean posting = new AtomicBoolean(true);
    private volatile boolean attached;
    private volatile boolean closed;

    // Owned by the holder of the token.
    private byte[] body = {};
    private boolean failing;

    public CallbackPoster(URI url, NodeInbox inbox) {
        this(url, inbox, WHOLE_POST_MILLIS);
    }

    CallbackPoster(URI url, NodeInbox inbox, long wholePostMillis) {
        this.url = url;
        this.inbox = inbox;
        this.wholePostMillis = wholePostMillis;
    }

    @Override
    public void start() {
        http.setName("callback");
        http.setMaxConnectionsPerDestination(1);
        http.setIdleTimeout(wholePostMillis);
        http.setFollowRedirects(false);
        try {
            http.start();
        } catch (Exception e) {
            throw new IllegalStateException("the client of the callback cannot be started", e);
        }
        inbox.consumer(this);
        post();
    }

    /** Whether the last post was taken; false before the first. */
    @Override
    public boolean isAttached() {
        return attached;
    }

    @Override
    public String expected() {
        return "2xx for the posts to " + url;
    }

    @Override
    public boolean isIdle() {
        return !posting.get();
    }

    @Override
    public void read(Request request, Response response, Callback callback) {
        Json.error(
                response,
                callback,
                HttpStatus.CONFLICT_409,
                "messages are posted to " + url + ": expected no reader, since there is --callback-url");
    }

    @Override
    public void signal() {
        if (!posting.get() && posting.compareAndSet(false, true)) {
            next();
        }
    }

    /** Posts what waits. Called with the token. */
    private void next() {
        do {
            Frames frames = new Frames();
            if (!closed && inbox.take(frames) > 0) {
                body = frames.encode();
                post();
                return;
            }
            posting.set(false);
        } while (!closed && !inbox.isEmpty() && posting.compareAndSet(false, true));
    }

    private void post() {
        http.POST(url)
                .timeout(wholePostMillis, TimeUnit.MILLISECONDS)
                .body(new BytesRequestContent(FrameBatch.CONTENT_TYPE, body))
                .send(this::answered);
    }

    private void answered(Result result) {
        // 2xx means taken, even if the rest of the answer breaks off.
        int status = result.getResponse() == null ? 0 : result.getResponse().getStatus();
        if (HttpStatus.isSuccess(status)) {
            if (failing) {
                LOG.info("the node takes messages at {} again", url);
            }
            failing = false;
            attached = true;
            backoff.reset();
            next();
            return;
        }
        attached = false;
        if (closed) {
            return;
        }
        if (!failing) {
            failing = true;
            LOG.warn(
                    "the node does not take messages at {}: {}; trying again, and holding the peers back",
                    url,
                    result.isSucceeded() ? "it answered " + status : String.valueOf(result.getFailure()));
        }
        http.getScheduler().schedule(this::post, backoff.nextNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        closed = true;
        try {
            http.stop();
        } catch (Exception e) {
            LOG.warn("the client of the callback did not stop cleanly", e);
        }
    }

    /** The messages of one post. */
    private static final class Frames implements NodeInbox.Batch {
        /** Enough to make the round trip cheap, and little to send again. */
        private static final int CAPACITY = 1 << 20;

        private final List<Message> messages = new ArrayList<>();
        private long bytes;

        @Override
        public int capacity() {
            return CAPACITY;
        }

        @Override
        public void add(Message message) {
            messages.add(message);
            bytes += Long.BYTES + message.getSerializedSize();
        }

        byte[] encode() {
            byte[] body = new byte[Math.toIntExact(bytes)];
            CodedOutputStream out = CodedOutputStream.newInstance(body);
            try {
                for (Message message : messages) {
                    out.writeFixed64NoTag(Long.reverseBytes(message.getSerializedSize()));
                    message.writeTo(out);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("writing to memory failed", e);
            }
            return body;
        }
    }
}
