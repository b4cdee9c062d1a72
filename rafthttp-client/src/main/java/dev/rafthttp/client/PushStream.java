package dev.rafthttp.client;

import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.StreamType;
import dev.rafthttp.outbound.OutboundStream;
import dev.rafthttp.outbound.StreamSink;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.runtime.Failures;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * One stream of the push dialect, from the dial to the end. This member's frames are the request's body, the peer's
 * acknowledgements are the answer's body.
 *
 * <p>Jetty's threads call it, one at a time for the answer. The lane's writer writes. It ends exactly once.
 */
final class PushStream implements DialledStream, StreamSink {
    private final Peer peer;
    private final StreamType type;
    private final URI url;
    private final Listener listener;
    private final AnswerText refusal = new AnswerText();
    private final AsyncRequestContent body = new AsyncRequestContent(Protocol.OCTETS);
    private final WriteCallback writeCallback = new WriteCallback();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> closeCause = new AtomicReference<>();
    private final AbortableRequest request;
    private volatile @Nullable OutboundStream attached;

    PushStream(HttpClient http, RequestHeaders headers, Peer peer, StreamType type, Listener listener) {
        this.peer = peer;
        this.type = type;
        this.url = peer.urls().pick();
        this.listener = listener;
        String path = type == StreamType.MSGAPP ? Protocol.PUSH_MSGAPP_PATH : Protocol.PUSH_MESSAGE_PATH;
        AcknowledgementReader acknowledgements = new AcknowledgementReader(this::acknowledged);
        request = new AbortableRequest(http.newRequest(url)
                .method(HttpMethod.POST)
                .path(path)
                .headers(headers)
                .headers(fields -> fields.put(Protocol.RAFT_TO, peer.id().toString())
                        .put(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString()))
                // Missing acknowledgements end a silent stream, not a timeout of the connection.
                .idleTimeout(0, TimeUnit.MILLISECONDS)
                .body(body)
                .onResponseHeaders(this::answered)
                .onResponseContent((response, content) -> {
                    if (response.getStatus() == HttpStatus.OK_200) {
                        acknowledgements.read(content);
                    } else {
                        refusal.add(content);
                    }
                })
                .onResponseSuccess(this::answerEnded));
    }

    @Override
    public void open() {
        request.send(this::ended);
    }

    @Override
    public void dialTimedOut(long timeoutMillis) {
        if (attached == null && !ended.get()) {
            close(new PeerUnreachableException(
                    "peer " + peer.id() + " at " + url + " did not accept within " + timeoutMillis + " ms"));
        }
    }

    private void answered(Response response) {
        if (response.getStatus() == HttpStatus.OK_200 && closeCause.get() == null) {
            attached = peer.attach(type, this, true);
            Throwable cause = closeCause.get();
            if (cause != null) {
                close(cause);
            }
        }
    }

    private void acknowledged(long total) {
        OutboundStream stream = attached;
        if (stream != null) {
            stream.acknowledged(total);
        }
    }

    /** The peer ended its answer: a refusal is complete, or the peer ends the stream. */
    private void answerEnded(Response response) {
        if (response.getStatus() == HttpStatus.OK_200) {
            close(new PeerUnreachableException("peer " + peer.id() + " ended the stream"));
            return;
        }
        // If 100 came before, the exchange waits for the rest of our body, which does not come.
        close(RefusedAnswer.ofStream(peer.id(), url, response, refusal.toString()));
    }

    private void ended(Result result) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        OutboundStream stream = attached;
        if (stream != null) {
            Throwable failure = result.getFailure();
            try {
                stream.close(
                        new PeerUnreachableException("the connection was lost: " + Failures.brief(failure), failure));
            } finally {
                listener.lost();
            }
            return;
        }
        listener.refused(
                url,
                closeCause.get() instanceof RaftTransportException ours
                        ? ours
                        : RefusedAnswer.ofStream(peer.id(), url, result, refusal));
    }

    @Override
    public void write(ByteBuffer piece, WriteCompletion completion) {
        writeCallback.completion = completion;
        body.write(false, piece, writeCallback);
    }

    @Override
    public void close(Throwable cause) {
        closeCause.compareAndSet(null, cause);
        OutboundStream stream = attached;
        if (stream != null) {
            stream.close(cause);
        }
        body.fail(cause);
        request.abort(cause);
    }

    @Override
    public String toString() {
        Throwable cause = closeCause.get();
        return "push stream to " + url + (attached == null ? ", dialled" : ", accepted")
                + (cause == null ? "" : ", closed: " + cause.getMessage());
    }

    /** Passes Jetty's callback on. All writes of a stream share it, because at most one is under way. */
    private static final class WriteCallback implements Callback {
        private volatile @Nullable WriteCompletion completion;

        @Override
        public void succeeded() {
            take().succeeded();
        }

        @Override
        public void failed(Throwable cause) {
            take().failed(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }

        private WriteCompletion take() {
            WriteCompletion taken = completion;
            if (taken == null) {
                throw new IllegalStateException("a write completed, but none was under way");
            }
            return taken;
        }
    }
}
