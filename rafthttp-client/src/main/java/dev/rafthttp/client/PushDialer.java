package dev.rafthttp.client;

import dev.rafthttp.Lane;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.codec.MsgAppV2Encoder;
import dev.rafthttp.peer.Backoff;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.HttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one lane to one peer supplied with a push stream: dials, and dials again whenever a stream ends.
 *
 * <p>There is one stream at a time, and each step follows from the end of the one before; so the steps need no lock, though
 * they come on different threads.
 */
final class PushDialer implements PushStream.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(PushDialer.class);

    private final PeerEnvironment environment;
    private final HttpClient http;
    private final RequestHeaders headers;
    private final Peer peer;
    private final Lane lane;
    private final Backoff backoff;
    private final AtomicReference<@Nullable PushStream> stream = new AtomicReference<>();
    private final Map<URI, String> lastRefusals = new HashMap<>();
    private volatile boolean closed;

    PushDialer(PeerEnvironment environment, HttpClient http, RequestHeaders headers, Peer peer, Lane lane) {
        TransportConfig config = environment.config();
        this.environment = environment;
        this.http = http;
        this.headers = headers;
        this.peer = peer;
        this.lane = lane;
        this.backoff =
                new Backoff(config.redialMin().toNanos(), config.redialMax().toNanos(), environment.random());
    }

    /** Dials. Call once; the rest follows. */
    void dial() {
        if (closed) {
            return;
        }
        PushStream dialled = new PushStream(http, headers, peer, lane, encoder(), this);
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

    private FrameEncoder encoder() {
        return lane == Lane.MSGAPP
                ? new MsgAppV2Encoder(
                        environment.config().memberId().value(),
                        peer.id().value(),
                        new FrameLimits(environment.config().maxMessageBytes()))
                : new MessageEncoder();
    }

    @Override
    public void lost() {
        lastRefusals.clear();
        backoff.reset();
        redialAfter(backoff.nextNanos());
    }

    @Override
    public void refused(URI url, RaftTransportException cause) {
        if (closed) {
            return;
        }
        peer.dialFailed(lane, url, cause);
        logOncePerChange(url, cause);
        if (cause instanceof RemovedMemberException removed) {
            environment.callback().reportRemoved(removed);
        }
        long refused = environment.config().refusedRedial().toNanos();
        redialAfter(
                cause.isPermanent() ? refused + Backoff.jitter(refused, environment.random()) : backoff.nextNanos());
    }

    private void logOncePerChange(URI url, RaftTransportException cause) {
        String refusal = cause.getMessage();
        if (!refusal.equals(lastRefusals.put(url, refusal))) {
            LOG.warn("no {} stream to peer {}: {}", lane.label(), peer.id(), refusal);
        }
    }

    private void redialAfter(long nanos) {
        if (!closed) {
            environment.scheduler().schedule(() -> environment.executor().execute(this::dial), nanos);
        }
    }

    /** Ends the stream and dials no more. */
    void close() {
        closed = true;
        PushStream open = stream.get();
        if (open != null) {
            open.close(new PeerUnreachableException("peer " + peer.id() + " has been removed or closed"));
        }
    }
}
