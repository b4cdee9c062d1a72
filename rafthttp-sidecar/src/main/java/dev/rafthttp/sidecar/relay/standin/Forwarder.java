package dev.rafthttp.sidecar.relay.standin;

import com.google.protobuf.ByteString;
import dev.rafthttp.Protocol;
import dev.rafthttp.client.AnyHostClient;
import dev.rafthttp.client.PeerAddresses;
import dev.rafthttp.runtime.Failures;
import dev.rafthttp.runtime.LogLimiter;
import dev.rafthttp.sidecar.http.RefusedBody;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a stand-in's requests, except the streams, on to the next hop, and the answers back; bodies pass as they arrive. It reads
 * {@code POST /raft} and the heads of snapshots, to count the messages.
 *
 * <p>When one side breaks, the other side is closed. If the next hop cannot be reached or does not answer, the sender's connection is
 * closed, as on a direct link: etcd would take a 502 for the member's own answer.
 */
public final class Forwarder extends ProxyHandler.Reverse {
    /**
     * How long a body may stand still; etcd's {@code ReadTimeout} of its peer server. Longer than any client keeps an unused
     * connection, so that none is closed at the moment it is used again.
     */
    static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

    /** How long a connection to the next hop is kept unused. WIRE: etcd closes a connection after 5 s of silence. */
    private static final Duration UNUSED_TIMEOUT = Duration.ofSeconds(4);

    /** Each other member's four pipeline workers and a snapshot, in clusters of any size. */
    private static final int MAX_CONNECTIONS = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    private final LogLimiter failures = new LogLimiter(System::nanoTime);
    private final QueuedThreadPool threads;
    private final Duration dialTimeout;
    private final String relay;
    private final PostInspector posts;

    /**
     * @param nextHop asked for each request
     * @param threads shared, and neither started nor stopped here
     * @param dialTimeout how long connecting may take
     * @param relay the name of this run in {@code Via}
     */
    Forwarder(
            Supplier<URI> nextHop, QueuedThreadPool threads, Duration dialTimeout, String relay, PostInspector posts) {
        super(request -> HttpURI.build(nextHop.get().resolve("/").toString())
                .pathQuery(request.getHttpURI().getPathQuery()));
        this.threads = threads;
        this.dialTimeout = dialTimeout;
        this.relay = relay;
        this.posts = posts;
    }

    @Override
    protected HttpClient newHttpClient() {
        ClientConnector connector = new PlainConnector();
        connector.setSelectors(1);
        connector.setExecutor(threads);
        connector.setConnectTimeout(dialTimeout);
        connector.setIdleTimeout(UNUSED_TIMEOUT);
        return new AnyHostClient(new HttpClientTransportOverHTTP(connector));
    }

    @Override
    protected void configureHttpClient(HttpClient http) {
        super.configureHttpClient(http);
        http.setExecutor(threads);
        Scheduler scheduler = new ScheduledExecutorScheduler("relay-client", true);
        http.setScheduler(scheduler);
        http.setSocketAddressResolver(new PeerAddresses(threads, scheduler, dialTimeout));
        http.setConnectTimeout(dialTimeout.toMillis());
        http.setMaxConnectionsPerDestination(MAX_CONNECTIONS);
        http.setUserAgentField(null);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if ((isPipeline(request) || isSnapshot(request)) && posts.answerEncoded(request, response, callback)) {
            return true;
        }
        if (isPipeline(request)) {
            posts.collect(
                    request, response, callback, whole -> super.handle(new RelayedRequest(whole), response, callback));
            return true;
        }
        return super.handle(new RelayedRequest(request), response, callback);
    }

    private static boolean isPipeline(Request request) {
        return HttpMethod.POST.is(request.getMethod()) && Protocol.PIPELINE_PATH.equals(path(request));
    }

    private static boolean isSnapshot(Request request) {
        return HttpMethod.POST.is(request.getMethod()) && Protocol.SNAPSHOT_PATH.equals(path(request));
    }

    private static String path(Request request) {
        String path = request.getHttpURI().getCanonicalPath();
        return path == null ? "" : path;
    }

    @Override
    protected org.eclipse.jetty.client.Request newProxyToServerRequest(Request request, HttpURI rewritten) {
        return super.newProxyToServerRequest(request, rewritten)
                .idleTimeout(IDLE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                // Jetty has a connection then, and writes next.
                .onRequestBegin(onward -> posts.begun(request));
    }

    /** What {@link LoopGuard} looks for, and nothing else: an etcd member sees the head that the other one wrote. */
    @Override
    protected void addProxyHeaders(Request request, org.eclipse.jetty.client.Request onward) {
        onward.headers(head -> head.add(HttpHeader.VIA, "1.1 " + relay));
    }

    @Override
    protected org.eclipse.jetty.client.Request.Content newProxyToServerRequestContent(
            Request request, Response response, org.eclipse.jetty.client.Request onward) {
        return isSnapshot(request)
                ? posts.peek(request)
                : super.newProxyToServerRequestContent(request, response, onward);
    }

    @Override
    protected org.eclipse.jetty.client.Response.CompleteListener newServerToProxyResponseListener(
            Request request, org.eclipse.jetty.client.Request onward, Response response, Callback callback) {
        return isPipeline(request) || isSnapshot(request)
                ? new AnswerToPost((RelayedRequest) request, onward, response, callback)
                : new Answer((RelayedRequest) request, onward, response, callback);
    }

    /**
     * Passes an answer on. If the answer comes before the end of the request's body, the next hop, which reads no further, gets no more
     * of it, and the rest is read and thrown away: the sender may write all before it reads, and a connection that is closed with bytes
     * unread is reset, and the answer lost.
     */
    private class Answer extends ProxyResponseListener {
        private final RelayedRequest request;
        private final org.eclipse.jetty.client.Request onward;
        private final Response response;
        private final Callback callback;
        private boolean early;

        Answer(RelayedRequest request, org.eclipse.jetty.client.Request onward, Response response, Callback callback) {
            super(request, onward, response, callback);
            this.request = request;
            this.onward = onward;
            this.response = response;
            this.callback = callback;
        }

        @Override
        public void onSuccess(org.eclipse.jetty.client.Response answer) {
            writeEnd(answer);
            early = request.leave();
            if (early) {
                var ignored = onward.abort(new IOException("answered before the end of the request"));
            }
        }

        /** Writes what is left of the answer; this is its callback. */
        void writeEnd(org.eclipse.jetty.client.Response answer) {
            super.onSuccess(answer);
        }

        @Override
        public void onComplete(Result result) {
            if (!early) {
                super.onComplete(result);
                return;
            }
            Callback afterRest = Callback.from(() -> RefusedBody.readRest(request.rest(), callback), callback::failed);
            var ignored = whenComplete((written, failure) -> {
                if (failure == null) {
                    onProxyToClientResponseComplete(request, onward, result.getResponse(), response, afterRest);
                } else {
                    onProxyToClientResponseFailure(request, onward, result.getResponse(), response, callback, failure);
                }
            });
        }
    }

    /**
     * Passes an answer to a post on, unless it is a 403 that does not say that the sender has been removed.
     *
     * <p>WIRE: etcd takes any 403 on a post for its removal, and stops for good. A proxy's, which forbids for reasons of its own,
     * becomes a 502, with its words.
     */
    private final class AnswerToPost extends Answer {
        /** Longer than the words of a removal, and enough of a proxy's words for people. */
        private static final int MAX_BYTES = 256;

        private final Response response;
        private final ByteString.Output forbidden = ByteString.newOutput(MAX_BYTES);

        AnswerToPost(
                RelayedRequest request, org.eclipse.jetty.client.Request onward, Response response, Callback callback) {
            super(request, onward, response, callback);
            this.response = response;
        }

        @Override
        public void onContent(org.eclipse.jetty.client.Response answer, Content.Chunk chunk, Runnable demander) {
            if (answer.getStatus() != HttpStatus.FORBIDDEN_403) {
                super.onContent(answer, chunk, demander);
                return;
            }
            ByteBuffer piece = chunk.getByteBuffer().slice();
            byte[] some = new byte[Math.min(piece.remaining(), MAX_BYTES - forbidden.size())];
            piece.get(some);
            forbidden.write(some, 0, some.length);
            demander.run();
        }

        @Override
        void writeEnd(org.eclipse.jetty.client.Response answer) {
            if (answer.getStatus() != HttpStatus.FORBIDDEN_403) {
                super.writeEnd(answer);
                return;
            }
            ByteString body = forbidden.toByteString();
            String words = body.toStringUtf8().strip();
            if (words.equals(Protocol.POST_FROM_REMOVED_MEMBER)) {
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.size());
                response.write(true, body.asReadOnlyByteBuffer(), this);
                return;
            }
            response.getHeaders().clear();
            posts.refuse(response, this, HttpStatus.BAD_GATEWAY_502, "the next hop answered 403 \"" + words + "\"");
        }
    }

    @Override
    protected void onProxyToClientResponseComplete(
            Request request,
            org.eclipse.jetty.client.Request onward,
            org.eclipse.jetty.client.Response answer,
            Response response,
            Callback callback) {
        posts.answered(request, answer.getStatus());
        super.onProxyToClientResponseComplete(request, onward, answer, response, callback);
    }

    @Override
    protected void onProxyToClientResponseFailure(
            Request request,
            org.eclipse.jetty.client.Request onward,
            org.eclipse.jetty.client.Response answer,
            Response response,
            Callback callback,
            Throwable failure) {
        posts.answered(request, answer.getStatus());
        super.onProxyToClientResponseFailure(request, onward, answer, response, callback, failure);
    }

    @Override
    protected void onServerToProxyResponseFailure(
            Request request,
            org.eclipse.jetty.client.Request onward,
            org.eclipse.jetty.client.Response answer,
            Response response,
            Callback callback,
            Throwable failure) {
        if (posts.answerRefused(request, response, callback)) {
            return;
        }
        posts.failed(request);
        log(onward, failure);
        request.getConnectionMetaData().getConnection().getEndPoint().close(failure);
        // Said already. Jetty would say it again with its trace, for each of the many requests made of a member that is
        // away.
        callback.failed(new QuietException.Exception(failure));
    }

    private void log(org.eclipse.jetty.client.Request onward, Throwable failure) {
        long suppressed = failures.acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "no answer to {} {}, whose sender's connection is closed: {}; {} more since the last such line",
                    onward.getMethod(),
                    onward.getURI(),
                    Failures.brief(failure),
                    suppressed);
        }
    }

    /** Without TLS, which no next hop speaks, and for which Jetty would have the JVM read all certificates that it trusts. */
    private static final class PlainConnector extends ClientConnector {
        @Override
        protected SslContextFactory.@Nullable Client newSslContextFactory() {
            return null;
        }
    }
}
