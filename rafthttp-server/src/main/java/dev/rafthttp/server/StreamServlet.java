package dev.rafthttp.server;

import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.codec.MsgAppV2Decoder;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.StreamReceiver;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /raft/stream} and below: accepts or refuses the streams that peers open; etcd's {@code streamHandler}. */
final class StreamServlet extends HttpServlet {
    private static final Logger LOG = LoggerFactory.getLogger(StreamServlet.class);

    private final transient PeerEnvironment environment;
    private final transient ClusterGuard guard;
    private final transient StreamTicker ticker;

    StreamServlet(PeerEnvironment environment, ClusterGuard guard) {
        this.environment = environment;
        this.guard = guard;
        // Twice an interval, so that what is due is never a whole interval late.
        this.ticker = new StreamTicker(
                environment.scheduler(), environment.config().ackInterval().toNanos() / 2);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        TransportConfig config = environment.config();
        response.setHeader(Protocol.SERVER_VERSION, config.serverVersion().toString());
        response.setHeader(Protocol.CLUSTER_ID, config.clusterId().toString());
        try {
            // The etcd dialect's streams are GETs, and will be told apart here.
            if (!request.getMethod().equals("POST")) {
                response.setHeader("Allow", "POST");
                throw new RefusedException(Refusal.METHOD_NOT_ALLOWED, "streams are opened with POST");
            }
            guard.checkCluster(request);
            Lane lane = pushLane(request.getPathInfo());
            accept(lane, guard.streamSender(request.getHeader(Protocol.SERVER_FROM), request), request, response);
        } catch (RefusedException e) {
            guard.refuse(request, response, e);
        }
    }

    private static Lane pushLane(String path) throws RefusedException {
        if (Protocol.PUSH_MSGAPP_PATH.equals(Protocol.STREAM_PATH + path)) {
            return Lane.MSGAPP;
        }
        if (Protocol.PUSH_MESSAGE_PATH.equals(Protocol.STREAM_PATH + path)) {
            return Lane.MESSAGE;
        }
        throw new RefusedException(Refusal.INVALID_PATH, "there is no such stream");
    }

    private void accept(Lane lane, Peer peer, HttpServletRequest request, HttpServletResponse response)
            throws IOException, RefusedException {
        ServletContextRequest core = ServletContextRequest.getServletContextRequest(request);
        EndPoint endPoint = core.getConnectionMetaData().getConnection().getEndPoint();
        StreamConnection connection = new StreamConnection(endPoint, lane, peer);
        AsyncContext exchange = request.startAsync();
        exchange.setTimeout(0);
        StreamReceiver receiver;
        try {
            receiver = peer.accept(lane, decoder(lane, peer.id()), connection);
        } catch (PeerUnreachableException removedMeanwhile) {
            exchange.complete();
            throw new RefusedException(Refusal.SENDER_NOT_FOUND, removedMeanwhile.getMessage(), removedMeanwhile);
        }
        LOG.info("peer {} at {} opened its {} stream", peer.id(), endPoint.getRemoteSocketAddress(), lane.label());
        response.setContentType(Protocol.OCTETS);
        new InboundPushStream(
                        exchange, core.getComponents().getByteBufferPool(), connection, receiver, ticker, environment)
                .open();
    }

    private FrameDecoder decoder(Lane lane, MemberId remote) {
        TransportConfig config = environment.config();
        FrameLimits limits = new FrameLimits(config.maxMessageBytes());
        return lane == Lane.MSGAPP
                ? new MsgAppV2Decoder(config.memberId().value(), remote.value(), limits)
                : new MessageDecoder(limits);
    }
}
