package dev.rafthttp.client;

import dev.rafthttp.Dialect;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
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
 * Keeps one lane of one peer supplied with a stream, which carries our messages in the push dialect, the peer's in etcd's:
 * dials, and dials again whenever a stream ends, unless a coupler wants to say when.
 *
 * <p>There is one stream at a time, {@link #busy} from its dial to its end, and each step follows from the end of the one
 * before; so the steps need no lock, though they come on different threads.
 */
final class StreamDialer implements DialledStream.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(StreamDialer.class);

    private final PeerEnvironment environment;
    private final HttpClient http;
    private final RequestHeaders headers;
    private final Peer peer;
    private final Lane lane;
    private final boolean byItself;
    private final Backoff backoff;
    private final AtomicBoolean wanted = new AtomicBoolean();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicReference<@Nullable DialledStream> stream = new AtomicReference<>();
    private final Map<URI, String> lastRefusals = new HashMap<>();
    private volatile boolean closed;

    StreamDialer(PeerEnvironment environment, HttpClient http, RequestHeaders headers, Peer peer, Lane lane) {
        this.environment = environment;
        this.http = http;
        this.headers = headers;
        this.peer = peer;
        this.lane = lane;
        this.byItself = environment.coupler().dialsByItself(peer.id(), lane);
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

    /** Begins to dial, unless a coupler is to say when. */
    void start() {
        if (byItself) {
            dial();
        }
    }

    /** Dials; but while there is a stream, or a dial, not before its end. */
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
                LOG.error("the {} stream to peer {} could not be dialled", lane.label(), peer.id(), e);
                refused(
                        peer.urls().pick(),
                        new PeerUnreachableException("peer " + peer.id() + " was not dialled: " + e, e));
            }
        }
    }

    private void open() {
        if (peer.dialect() == Dialect.PUSH && peer.isAttached(lane)) {
            // The peer, which ought to speak the push dialect, has asked for our messages itself.
            idle(environment.config().redialMax().toNanos());
            return;
        }
        DialledStream dialled = peer.dialect() == Dialect.PUSH
                ? new PushStream(http, headers, peer, lane, this)
                : new PullStream(http, headers, environment, peer, lane, this);
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
                environment.callback().reportRemoved(removed);
            }
            peer.dialFailed(lane, url, cause);
        } finally {
            // Whatever telling of it throws, the lane is dialled again.
            long refused = environment.config().refusedRedial().toNanos();
            idle(cause.isPermanent() ? refused + Backoff.jitter(refused, environment.random()) : backoff.nextNanos());
        }
    }

    private void logOncePerChange(URI url, RaftTransportException cause) {
        String refusal = cause.getMessage();
        if (!refusal.equals(lastRefusals.put(url, refusal))) {
            LOG.warn("no {} stream to peer {}: {}", lane.label(), peer.id(), refusal);
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
     * Gives up a dial that waits, and returns the stream there is, or is being dialled, to be closed by the caller. What is
     * dialled after this, say because the coupler heard that the stream is closed, is another matter.
     */
    Optional<DialledStream> abandon(Throwable cause) {
        Optional<DialledStream> open = Optional.ofNullable(stream.get());
        if (wanted.getAndSet(false) && !byItself) {
            // It waited for the end of the stream before it, and is owed an outcome as any other.
            environment
                    .coupler()
                    .refused(peer.id(), lane, new PeerUnreachableException("given up before it was dialled: " + cause));
        }
        return open;
    }

    /** Ends the stream and dials no more. */
    void close() {
        closed = true;
        PeerUnreachableException cause =
                new PeerUnreachableException("peer " + peer.id() + " has been removed or closed");
        abandon(cause).ifPresent(open -> open.close(cause));
    }
}
