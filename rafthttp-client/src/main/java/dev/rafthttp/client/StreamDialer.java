package dev.rafthttp.client;

import dev.rafthttp.Dialect;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.runtime.Backoff;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.HttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stream open for one lane of one peer. In the push dialect the stream carries this member's messages, in
 * etcd's dialect the peer's. The dialer dials, and dials again whenever the stream has ended. In a relay the coupler
 * may decide when to dial.
 *
 * <p>There is at most one stream at a time; {@link #busy} is set from its dial to its end. The end of one step starts
 * the next one. The steps therefore need no lock, although they run on different threads.
 */
final class StreamDialer implements DialledStream.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(StreamDialer.class);

    private final PeerEnvironment environment;
    private final HttpClient http;
    private final RequestHeaders headers;
    private final Peer peer;
    private final StreamType type;
    private final boolean byItself;
    private final Backoff backoff;
    private final AtomicBoolean wanted = new AtomicBoolean();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicReference<@Nullable DialledStream> stream = new AtomicReference<>();
    private final Map<URI, String> lastRefusals = new HashMap<>();
    private volatile boolean closed;

    StreamDialer(PeerEnvironment environment, HttpClient http, RequestHeaders headers, Peer peer, StreamType type) {
        this.environment = environment;
        this.http = http;
        this.headers = headers;
        this.peer = peer;
        this.type = type;
        this.byItself = environment.coupler().dialsByItself(peer.id(), type);
        this.backoff = backoff(environment, peer.dialect());
    }

    private static Backoff backoff(PeerEnvironment environment, Dialect dialect) {
        TransportConfig config = environment.config();
        if (dialect == Dialect.PUSH) {
            return new Backoff(config.redialMin().toNanos(), config.redialMax().toNanos(), environment.random());
        }
        // WIRE: in etcd's dialect the pause is the same each time. Jitter takes up to half.
        long pause = config.pullRedial().multipliedBy(2).toNanos();
        return new Backoff(pause, pause, environment.random());
    }

    /** Begins to dial, unless the coupler decides when. */
    void start() {
        if (byItself) {
            dial();
        }
    }

    /** Dials. If there is a stream or a dial already, dials after its end. */
    void dial() {
        wanted.set(true);
        dialIfIdle();
    }

    private void dialIfIdle() {
        if (!closed && wanted.get() && busy.compareAndSet(false, true)) {
            wanted.set(false);
            try {
                open();
            } catch (RuntimeException | Error e) {
                LOG.error("the {} stream to peer {} could not be dialled", type.label(), peer.id(), e);
                refused(
                        peer.urls().pick(),
                        new PeerUnreachableException("peer " + peer.id() + " was not dialled: " + e, e));
            }
        }
    }

    private void open() {
        if (peer.dialect() == Dialect.PUSH && peer.isAttached(type)) {
            // The peer is configured for the push dialect, but has asked for our messages with a GET.
            idle(environment.config().redialMax().toNanos());
            return;
        }
        DialledStream dialled = peer.dialect() == Dialect.PUSH
                ? new PushStream(http, headers, peer, type, this)
                : new PullStream(http, headers, environment, peer, type, this);
        stream.set(dialled);
        dialled.open();
        long timeoutMillis = environment.config().dialTimeout().toMillis();
        environment
                .scheduler()
                .schedule(
                        () -> dialled.dialTimedOut(timeoutMillis),
                        environment.config().dialTimeout().toNanos());
        if (closed) {
            close();
        }
    }

    @Override
    public void lost() {
        lastRefusals.clear();
        backoff.reset();
        idle(backoff.nextNanos());
    }

    @Override
    public void refused(URI url, RaftTransportException cause) {
        if (closed) {
            return;
        }
        try {
            logOncePerChange(url, cause);
            if (cause instanceof RemovedMemberException removed) {
                environment.reports().removed(removed);
            }
            peer.dialFailed(type, url, cause);
        } finally {
            // The lane is dialled again, even if a report throws.
            long refused = environment.config().refusedRedial().toNanos();
            idle(cause.isPermanent() ? refused + Backoff.jitter(refused, environment.random()) : backoff.nextNanos());
        }
    }

    private void logOncePerChange(URI url, RaftTransportException cause) {
        String refusal = cause.getMessage();
        if (!refusal.equals(lastRefusals.put(url, refusal))) {
            LOG.warn("no {} stream to peer {}: {}", type.label(), peer.id(), refusal);
        }
    }

    private void idle(long redialNanos) {
        busy.set(false);
        if (!byItself) {
            dialIfIdle();
        } else if (!closed) {
            environment.scheduler().schedule(() -> environment.executor().execute(this::dial), redialNanos);
        }
    }

    /**
     * Gives up a dial that waits.
     *
     * @return the stream that is open or being dialled, which the caller closes. A stream that is dialled after this
     *     call, for example because the coupler was told of the close, is not affected
     */
    Optional<DialledStream> abandon(Throwable cause) {
        Optional<DialledStream> open = Optional.ofNullable(stream.get());
        if (wanted.getAndSet(false) && !byItself) {
            // The dial waited for the end of the previous stream. The coupler is told the outcome of every dial.
            environment
                    .coupler()
                    .refused(peer.id(), type, new PeerUnreachableException("given up before it was dialled: " + cause));
        }
        return open;
    }

    /** Closes the stream and dials no more. */
    void close() {
        closed = true;
        PeerUnreachableException cause =
                new PeerUnreachableException("peer " + peer.id() + " has been removed or closed");
        abandon(cause).ifPresent(open -> open.close(cause));
    }

    @Override
    public String toString() {
        return type.label() + " dialer of peer " + peer.id()
                + (closed ? ", closed" : busy.get() ? ", stream " + stream : ", idle");
    }
}
