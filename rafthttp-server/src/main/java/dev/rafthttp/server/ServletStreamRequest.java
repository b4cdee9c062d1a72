package dev.rafthttp.server;

import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.coupling.StreamCoupler.StreamRequest;
import dev.rafthttp.inbound.StreamReceiver;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.Refusal;
import dev.rafthttp.peer.Refusal.Asked;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request for a stream, from a peer that has passed all checks, until it is accepted or refused. Any thread. */
final class ServletStreamRequest implements StreamRequest {
    private static final Logger LOG = LoggerFactory.getLogger(ServletStreamRequest.class);

    private final PeerEnvironment environment;
    private final ClusterGuard guard;
    private final StreamTicker ticker;
    private final Peer peer;
    private final StreamType type;
    private final Direction direction;
    private final ServletContextRequest core;
    private final AsyncContext exchange;
    private final AtomicBoolean answered = new AtomicBoolean();

    ServletStreamRequest(
            PeerEnvironment environment,
            ClusterGuard guard,
            StreamTicker ticker,
            Peer peer,
            StreamType type,
            Direction direction,
            HttpServletRequest request) {
        this.environment = environment;
        this.guard = guard;
        this.ticker = ticker;
        this.peer = peer;
        this.type = type;
        this.direction = direction;
        this.core = ServletContextRequest.getServletContextRequest(request);
        this.exchange = Exchanges.open(request);
    }

    @Override
    public void accept() {
        if (!answered.compareAndSet(false, true)) {
            return;
        }
        try {
            if (direction == Direction.INBOUND) {
                acceptPush();
            } else {
                acceptPull();
            }
        } catch (IOException e) {
            LOG.debug("peer {} was gone before its {} stream was open", peer.id(), type.label(), e);
            Exchanges.complete(exchange);
        }
    }

    /** The request's body carries the peer's messages. */
    private void acceptPush() throws IOException {
        StreamConnection connection = new StreamConnection(endPoint(), type, peer);
        StreamReceiver receiver;
        try {
            receiver = peer.accept(type, connection, environment.config().streamTimeout());
        } catch (PeerUnreachableException removedMeanwhile) {
            refuse(guard.peerIsGone(removedMeanwhile));
            return;
        }
        log("peer {} at {} opened its {} stream{}");
        response().setContentType(Protocol.OCTETS);
        new InboundPushStream(exchange, core, connection, peer, receiver, ticker, environment).open();
    }

    /** The answer's body carries this member's messages. */
    private void acceptPull() {
        // WIRE: the peer waits for the head. The head must not wait for the first frame.
        try {
            response().flushBuffer();
        } catch (IOException e) {
            // The stream is attached nevertheless: its first write fails, and closes the stream in the usual way.
            LOG.debug("peer {} was gone before its {} stream was open", peer.id(), type.label(), e);
        }
        log("peer {} at {} reads its {} stream{}");
        OutboundPullStream sink = new OutboundPullStream(
                exchange, core.getServletContextResponse().getWrapped(), endPoint());
        peer.attach(type, sink, false);
    }

    private void log(String line) {
        peer.streamLine(type)
                .ifPresent(end -> LOG.info(line, peer.id(), endPoint().getRemoteSocketAddress(), type.label(), end));
    }

    private EndPoint endPoint() {
        return core.getConnectionMetaData().getConnection().getEndPoint();
    }

    @Override
    public void refuse(RaftTransportException cause) {
        if (answered.compareAndSet(false, true)) {
            Refusal refusal = Refusal.of(Asked.STREAM, cause).orElse(Refusal.PEER_UNREACHABLE);
            refuse(new RefusedException(refusal, cause.getMessage(), cause));
        }
    }

    private void refuse(RefusedException refused) {
        try {
            guard.refuse((HttpServletRequest) exchange.getRequest(), response(), refused);
        } catch (IOException e) {
            LOG.debug("peer {} was gone before it got the answer {}", peer.id(), refused.refusal(), e);
        }
        Exchanges.complete(exchange);
    }

    private HttpServletResponse response() {
        return (HttpServletResponse) exchange.getResponse();
    }
}
