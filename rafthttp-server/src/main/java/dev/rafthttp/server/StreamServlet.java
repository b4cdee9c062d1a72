package dev.rafthttp.server;

import dev.rafthttp.Protocol;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.Refusal;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /raft/stream} and below: accepts or refuses the streams that peers open, in either dialect; etcd's
 * {@code streamHandler}.
 */
final class StreamServlet extends HttpServlet {
    /** WIRE: as in etcd, the part before the last slash names the stream, the part after it the member that asks. */
    private static final Pattern PULL_PATH =
            Pattern.compile("(" + Protocol.PULL_MSGAPP_PATH + "|" + Protocol.PULL_MESSAGE_PATH + ")/([^/]*)");

    private final transient PeerEnvironment environment;
    private final transient ClusterGuard guard;
    private final transient StreamTicker ticker;

    /** What a request asks for: which stream, and the ID of the sender, where the dialect puts it. */
    private record Wish(
            StreamType type, Direction direction, @Nullable String from) {}

    StreamServlet(PeerEnvironment environment, ClusterGuard guard) {
        this.environment = environment;
        this.guard = guard;
        // Twice per interval, so that no acknowledgement is late by a whole interval.
        this.ticker = new StreamTicker(
                environment.scheduler(), environment.config().ackInterval().toNanos() / 2);
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        TransportConfig config = environment.config();
        response.setHeader(Protocol.SERVER_VERSION, config.serverVersion().toString());
        response.setHeader(Protocol.CLUSTER_ID, config.clusterId().toString());
        try {
            String path = request.getRequestURI();
            checkMethod(request.getMethod(), path, response);
            guard.checkCluster(request);
            Wish wish = request.getMethod().equals("POST") ? push(path, request) : pull(path);
            Peer peer = guard.streamSender(wish.from, request);
            ClusterGuard.checkDialect(peer, wish.direction);
            ClusterGuard.checkNotEncoded(request);
            guard.checkNotContested(peer, wish.type, wish.direction, request);
            ServletStreamRequest opening =
                    new ServletStreamRequest(environment, guard, ticker, peer, wish.type, wish.direction, request);
            environment.coupler().requested(peer.id(), wish.type, wish.direction, opening);
        } catch (RefusedException e) {
            guard.refuse(request, response, e);
            RefusedBody.discard(request, response, environment);
        }
    }

    private static void checkMethod(String method, String path, HttpServletResponse response) throws RefusedException {
        boolean isPull = PULL_PATH.matcher(path).matches();
        String allowed = isPull ? "GET" : "POST";
        if (!method.equals(allowed) && (isPull || !method.equals("GET"))) {
            response.setHeader("Allow", allowed);
            throw new RefusedException(Refusal.METHOD_NOT_ALLOWED, "this stream is opened with " + allowed);
        }
    }

    private static Wish push(String path, HttpServletRequest request) throws RefusedException {
        String from = request.getHeader(Protocol.SERVER_FROM);
        return switch (path) {
            case Protocol.PUSH_MSGAPP_PATH -> new Wish(StreamType.MSGAPP, Direction.INBOUND, from);
            case Protocol.PUSH_MESSAGE_PATH -> new Wish(StreamType.MESSAGE, Direction.INBOUND, from);
            default -> throw noSuchStream();
        };
    }

    private static Wish pull(String path) throws RefusedException {
        Matcher matcher = PULL_PATH.matcher(path);
        if (!matcher.matches()) {
            throw noSuchStream();
        }
        StreamType type = matcher.group(1).equals(Protocol.PULL_MSGAPP_PATH) ? StreamType.MSGAPP : StreamType.MESSAGE;
        return new Wish(type, Direction.OUTBOUND, matcher.group(2));
    }

    private static RefusedException noSuchStream() {
        return new RefusedException(Refusal.INVALID_PATH, "there is no such stream");
    }
}
