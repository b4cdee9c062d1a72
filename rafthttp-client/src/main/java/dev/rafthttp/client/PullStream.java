package dev.rafthttp.client;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.IncompatibleVersionException;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.ServerVersion;
import dev.rafthttp.StreamType;
import dev.rafthttp.inbound.InboundStream;
import dev.rafthttp.inbound.StreamReceiver;
import dev.rafthttp.jetty.ContentReader;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.runtime.Failures;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * One stream of etcd's dialect, from the dial to the end: a {@code GET}, whose answer carries the peer's messages to
 * this member; the dialling half of etcd's {@code streamReader}.
 *
 * <p>Jetty's threads call it, one at a time for the answer. It does not hold them: until Raft has taken a message,
 * nothing more of the answer is read.
 */
final class PullStream implements DialledStream, InboundStream, ContentReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(PullStream.class);

    private final PeerEnvironment environment;
    private final Peer peer;
    private final StreamType type;
    private final URI url;
    private final Listener listener;
    private final AnswerText refusal = new AnswerText();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<@Nullable Throwable> closeCause = new AtomicReference<>();
    private final AbortableRequest request;
    private volatile @Nullable StreamReceiver accepted;
    private volatile @Nullable ContentReader reader;
    private Content.@Nullable Source answer;

    /** Whether the answer is complete. The connection is then Jetty's again, and may carry another exchange. */
    private volatile boolean whole;

    PullStream(
            HttpClient http,
            RequestHeaders headers,
            PeerEnvironment environment,
            Peer peer,
            StreamType type,
            Listener listener) {
        this.environment = environment;
        this.peer = peer;
        this.type = type;
        this.url = peer.urls().pick();
        this.listener = listener;
        request = new AbortableRequest(http.newRequest(url)
                .path(Protocol.pullPath(type, environment.config().memberId()))
                .headers(headers)
                .headers(fields -> fields.put(Protocol.RAFT_TO, peer.id().toString()))
                // The receiver limits silence, and only while it is ready to read.
                .idleTimeout(0, TimeUnit.MILLISECONDS)
                .onResponseHeaders(this::answered)
                .onResponseContentSource(this::read));
    }

    @Override
    public void open() {
        request.send(this::ended);
    }

    @Override
    public void dialTimedOut(long timeoutMillis) {
        if (accepted == null && !ended.get()) {
            close(new PeerUnreachableException(
                    "peer " + peer.id() + " at " + url + " did not answer within " + timeoutMillis + " ms"));
        }
    }

    private void answered(Response response) {
        if (response.getStatus() != HttpStatus.OK_200 || closeCause.get() != null) {
            return;
        }
        try {
            checkVersion(response.getHeaders());
            StreamReceiver receiver =
                    peer.accept(type, this, environment.config().readTimeout());
            accepted = receiver;
            Throwable closed = closeCause.get();
            if (closed != null) {
                receiver.close(closed);
                return;
            }
            peer.streamLine(type)
                    .ifPresent(
                            end -> LOG.info("peer {} at {} sends its {} stream{}", peer.id(), url, type.label(), end));
            receiver.begin();
        } catch (RaftTransportException e) {
            close(e);
        } catch (RuntimeException | Error e) {
            // Jetty ignores what is thrown here, and would leave the stream open.
            LOG.error("the {} stream from peer {} at {} ends by an error", type.label(), peer.id(), url, e);
            close(e);
        }
    }

    private void checkVersion(HttpFields answer) {
        String text = answer.get(Protocol.SERVER_VERSION);
        ServerVersion theirs;
        try {
            theirs = text == null || text.isEmpty() ? ServerVersion.UNANNOUNCED : ServerVersion.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IncompatibleVersionException("peer " + peer.id() + " at " + url + " answers with version \""
                    + text + "\", which is not major.minor.patch");
        }
        ServerVersion minimum = environment.config().minClusterVersion();
        if (theirs.isBefore(minimum)) {
            throw new IncompatibleVersionException("peer " + peer.id() + " at " + url + " has version " + theirs
                    + ", below this member's minimum " + minimum);
        }
    }

    private void read(Response response, Content.Source content) {
        answer = content;
        ContentReader begun = new ContentReader(content, environment.executor(), this);
        reader = begun;
        begun.start();
    }

    @Override
    public boolean bytes(ByteBuffer arrived) {
        StreamReceiver receiver = accepted;
        if (receiver == null) {
            // The answer is a refusal, or the dial was given up before it.
            refusal.add(arrived);
            return true;
        }
        try {
            return receiver.receive(arrived);
        } catch (RuntimeException | Error e) {
            closeBy(e);
            throw e;
        }
    }

    @Override
    public void end() {
        whole = true;
        StreamReceiver receiver = accepted;
        try {
            if (receiver != null) {
                receiver.end();
            }
        } catch (RuntimeException | Error e) {
            closeBy(e);
            throw e;
        }
    }

    private void closeBy(Throwable cause) {
        if (!(cause instanceof RaftTransportException)) {
            LOG.error("the {} stream from peer {} at {} ends by an error", type.label(), peer.id(), url, cause);
        }
        close(cause);
    }

    @Override
    public void failed(Throwable cause) {
        Content.Source content = answer;
        if (content != null) {
            content.fail(cause);
        }
    }

    @Override
    public void resume() {
        ContentReader begun = reader;
        if (begun != null) {
            begun.resume();
        }
    }

    private void ended(Result result) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        Throwable cause = closeCause.get();
        StreamReceiver receiver = accepted;
        if (receiver == null) {
            listener.refused(
                    url,
                    cause instanceof RaftTransportException ours
                            ? ours
                            : RefusedAnswer.ofStream(peer.id(), url, result, refusal));
            return;
        }
        Throwable end = cause == null ? endOf(result) : cause;
        boolean isBroken = end instanceof CorruptFrameException || end instanceof FrameTooLargeException;
        peer.streamLine(type)
                .ifPresent(more -> LOG.atLevel(isBroken ? Level.WARN : Level.INFO)
                        .log(
                                "lost the {} stream from peer {} at {}: {}{}",
                                type.label(),
                                peer.id(),
                                url,
                                end.getMessage(),
                                more));
        try {
            receiver.close(end);
        } finally {
            listener.lost();
        }
    }

    private static PeerUnreachableException endOf(Result result) {
        Throwable failure = result.getFailure();
        return failure == null
                ? new PeerUnreachableException("the peer ended the stream")
                : new PeerUnreachableException("the connection was lost: " + Failures.brief(failure), failure);
    }

    @Override
    public void close(Throwable cause) {
        if (closeCause.compareAndSet(null, cause)) {
            StreamReceiver receiver = accepted;
            if (receiver != null) {
                receiver.close(cause);
            }
            request.abort(cause);
            closeConnection();
        }
    }

    /** An abort closes the connection only after the read that is under way; docs/adr/0004. */
    private void closeConnection() {
        Connection connection = request.request().getConnection();
        if (connection != null && !whole) {
            connection.close();
        }
    }

    @Override
    public String toString() {
        Throwable cause = closeCause.get();
        StreamReceiver receiver = accepted;
        return "pull stream from " + url + (receiver == null ? ", dialled" : ", " + receiver)
                + (cause == null ? "" : ", closed: " + cause.getMessage());
    }
}
