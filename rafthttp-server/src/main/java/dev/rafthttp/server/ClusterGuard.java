package dev.rafthttp.server;

import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.ServerVersion;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.inbound.MessageRules;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.PeerRegistry;
import dev.rafthttp.peer.Refusal;
import dev.rafthttp.peer.StreamOrigin;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.LogLimiter;
import dev.rafthttp.runtime.LogText;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides by a request's head whether its sender may talk to this member, and by a posted message whether the sender
 * may send it. The checks and their order are those of etcd's {@code checkClusterCompatibilityFromHeader} and of its
 * handlers. Its only state is the limits of its log. Any thread.
 */
final class ClusterGuard {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterGuard.class);

    /** How much of a value from the network is logged. */
    private static final int SHOWN_CHARACTERS = 64;

    private final TransportConfig config;
    private final RaftCallback callback;
    private final PeerRegistry registry;
    private final MessageRules rules;
    private final Map<Refusal, LogLimiter> logs = new EnumMap<>(Refusal.class);

    ClusterGuard(PeerEnvironment environment, PeerRegistry registry) {
        this.config = environment.config();
        this.callback = environment.callback();
        this.registry = registry;
        this.rules = new MessageRules(config.memberId(), callback::isIdRemoved);
        for (Refusal refusal : Refusal.values()) {
            logs.put(refusal, new LogLimiter(environment.scheduler()::nanoTime));
        }
    }

    /** Refuses a sender of another cluster, or of an incompatible version. The first check of every request. */
    void checkCluster(HttpServletRequest request) throws RefusedException {
        if (!registry.isRunning()) {
            throw new RefusedException(Refusal.NOT_RUNNING, "not started yet, or closed");
        }
        ServerVersion theirs = version(request, Protocol.SERVER_VERSION);
        ServerVersion theirMinimum = version(request, Protocol.MIN_CLUSTER_VERSION);
        if (theirs.isBefore(config.minClusterVersion())) {
            throw new RefusedException(
                    Refusal.INCOMPATIBLE_VERSION,
                    "its version " + theirs + " is below our minimum " + config.minClusterVersion());
        }
        if (config.serverVersion().isBefore(theirMinimum)) {
            throw new RefusedException(
                    Refusal.INCOMPATIBLE_VERSION,
                    "our version " + config.serverVersion() + " is below its minimum " + theirMinimum);
        }
        String cluster = request.getHeader(Protocol.CLUSTER_ID);
        if (!config.clusterId().toString().equals(cluster)) {
            throw new RefusedException(
                    Refusal.CLUSTER_ID_MISMATCH, "its cluster is " + shown(cluster) + ", ours " + config.clusterId());
        }
    }

    /** Refuses an encoded body, because bodies are not decoded. */
    static void checkNotEncoded(HttpServletRequest request) throws RefusedException {
        for (String encoding : Collections.list(request.getHeaders("Content-Encoding"))) {
            if (!encoding.strip().equalsIgnoreCase("identity")) {
                String why = "Content-Encoding " + shown(encoding) + ": expected a body that is not encoded";
                throw new RefusedException(Refusal.BODY_ENCODED, why, why);
            }
        }
    }

    private static ServerVersion version(HttpServletRequest request, String header) throws RefusedException {
        String text = request.getHeader(header);
        if (text == null || text.isEmpty()) {
            return ServerVersion.UNANNOUNCED;
        }
        try {
            return ServerVersion.parse(text);
        } catch (IllegalArgumentException e) {
            // WIRE: etcd panics here, and cuts the connection.
            throw new RefusedException(
                    Refusal.INCOMPATIBLE_VERSION, header + " " + shown(text) + " is not major.minor.patch", e);
        }
    }

    /**
     * Finds the peer that asks for a stream. Refuses a sender that is not a peer, or that means another member.
     *
     * @param from the ID that the sender gives itself, where its dialect puts it
     */
    Peer streamSender(@Nullable String from, HttpServletRequest request) throws RefusedException {
        MemberId id = parse(from)
                .orElseThrow(() ->
                        new RefusedException(Refusal.INVALID_FROM, "its ID " + shown(from) + " is not a member ID"));
        if (callback.isIdRemoved(id)) {
            throw new RefusedException(Refusal.REMOVED_MEMBER, "member " + id + " has been removed");
        }
        Optional<Peer> peer = registry.find(id);
        if (peer.isEmpty()) {
            introduce(id, request);
            throw new RefusedException(Refusal.SENDER_NOT_FOUND, "member " + id + " is not a peer of this member");
        }
        String to = request.getHeader(Protocol.RAFT_TO);
        if (!config.memberId().toString().equals(to)) {
            throw new RefusedException(
                    Refusal.TO_FIELD_MISMATCH, "it means member " + shown(to) + ", not " + config.memberId());
        }
        return peer.get();
    }

    /**
     * Refuses a stream that its sender must not open, because the peer's dialect is configured, and not chosen by whoever
     * sends a request: whoever knows a member's ID could otherwise fetch the messages to it with one GET.
     *
     * @param direction of the stream, as this member sees it
     */
    static void checkDialect(Peer peer, Direction direction) throws RefusedException {
        Dialect needed = direction == Direction.INBOUND ? Dialect.PUSH : Dialect.ETCD;
        if (peer.dialect() != needed) {
            throw new RefusedException(
                    Refusal.DIALECT_MISMATCH,
                    "a peer of the " + needed.label() + " dialect opens such a stream, and member " + peer.id()
                            + " is configured as one of the " + peer.dialect().label() + " dialect");
        }
    }

    /** Refuses a sender while another process, which uses the same member ID, has the peer's streams. */
    void checkNotContested(Peer peer, StreamType type, Direction direction, HttpServletRequest request)
            throws RefusedException {
        StreamOrigin origin = origin(request);
        refuseRivalOf(peer, origin, peer.rivalOf(type, direction, origin));
    }

    private static StreamOrigin origin(HttpServletRequest request) {
        return new StreamOrigin(
                request.getRemoteAddr(),
                request.getRemotePort(),
                plain(request.getHeader(Protocol.PEER_URLS)),
                plain(request.getHeader(Protocol.INSTANCE)));
    }

    private static void refuseRivalOf(Peer peer, StreamOrigin origin, Optional<StreamOrigin> rival)
            throws RefusedException {
        if (rival.isPresent()) {
            // Without ports, because each dial has another one, and the sender logs each change of the text.
            throw new RefusedException(
                    Refusal.MEMBER_CONTESTED,
                    "two processes say that they are member " + peer.id() + ": at " + rival.get() + " and " + origin,
                    "at " + rival.get().host() + " and " + origin.host());
        }
    }

    /**
     * Finds the sender of a post, and refuses a removed member. The sender need not be a peer, and need not name
     * itself.
     *
     * @return empty if the head does not name the sender
     */
    Optional<MemberId> postSender(HttpServletRequest request) throws RefusedException {
        String header = request.getHeader(Protocol.SERVER_FROM);
        if (header == null) {
            return Optional.empty();
        }
        MemberId id = parse(header)
                .orElseThrow(() ->
                        new RefusedException(Refusal.INVALID_FROM, "its ID " + shown(header) + " is not a member ID"));
        checkNotRemoved(id);
        Optional<Peer> peer = registry.find(id);
        if (peer.isPresent()) {
            StreamOrigin origin = origin(request);
            refuseRivalOf(peer.get(), origin, peer.get().rivalOfPost(origin));
        } else {
            introduce(id, request);
        }
        return Optional.of(id);
    }

    private void checkNotRemoved(MemberId id) throws RefusedException {
        if (callback.isIdRemoved(id)) {
            throw new RefusedException(Refusal.POST_FROM_REMOVED_MEMBER, "member " + id + " has been removed");
        }
    }

    /**
     * Refuses a message that was posted without a database, if it breaks a rule.
     *
     * @param head the sender, if the head of the request names it; otherwise the message's {@code from} counts as the
     *     sender
     * @return the peer that sent the message; empty if the sender is not a peer
     */
    Optional<Peer> checkMessage(Message m, Optional<MemberId> head) throws RefusedException {
        MemberId sender = senderOf(m, head);
        return check(m, sender, rules.checkReceived(m, sender, Lane.PIPELINE));
    }

    /** Refuses a message that was posted with a database, if it breaks a rule; otherwise as {@link #checkMessage}. */
    Optional<Peer> checkSnapshot(Message m, Optional<MemberId> head) throws RefusedException {
        MemberId sender = senderOf(m, head);
        return check(m, sender, rules.checkReceivedSnapshot(m, sender));
    }

    private MemberId senderOf(Message m, Optional<MemberId> head) throws RefusedException {
        if (head.isPresent()) {
            return head.get();
        }
        if (m.getFrom() == 0) {
            // Refused in any case, so any sender will do.
            return config.memberId();
        }
        MemberId from = new MemberId(m.getFrom());
        checkNotRemoved(from);
        return from;
    }

    private Optional<Peer> check(Message m, MemberId sender, @Nullable DropReason refused) throws RefusedException {
        Optional<Peer> peer = registry.find(sender);
        if (refused != null) {
            peer.ifPresent(each -> each.refusedPost(m, refused));
            throw new RefusedException(
                    Refusal.of(refused),
                    m.getType() + " from member " + Long.toHexString(m.getFrom()) + " to member "
                            + Long.toHexString(m.getTo()) + " came to member " + config.memberId() + ": "
                            + refused.label());
        }
        return peer;
    }

    private void introduce(MemberId id, HttpServletRequest request) {
        String urls = request.getHeader(Protocol.PEER_URLS);
        if (urls != null && !urls.isEmpty()) {
            registry.introduced(id, urls);
        }
    }

    /** The refusal of a stream whose peer was removed, or closed with the transport, after the checks. */
    RefusedException peerIsGone(PeerUnreachableException cause) {
        return new RefusedException(
                registry.isRunning() ? Refusal.SENDER_NOT_FOUND : Refusal.NOT_RUNNING, cause.getMessage(), cause);
    }

    private static Optional<MemberId> parse(@Nullable String hex) {
        try {
            return hex == null ? Optional.empty() : Optional.of(MemberId.parse(hex));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    /** Answers with a refusal. Logs it too, unless its limit is exceeded. */
    void refuse(HttpServletRequest request, HttpServletResponse response, RefusedException refused) throws IOException {
        Refusal refusal = refused.refusal();
        LogLimiter limiter = logs.get(refusal);
        long suppressed = limiter == null ? -1 : limiter.acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "refused {} {} from member {} at {} with {} \"{}\": {}; {} more since the last such line",
                    request.getMethod(),
                    request.getRequestURI(),
                    shown(request.getHeader(Protocol.SERVER_FROM)),
                    request.getRemoteAddr(),
                    refusal.status(),
                    refused.body(),
                    refused.getMessage(),
                    suppressed);
        }
        refused.answer(response);
    }

    /** The part of a header that is kept and logged, on one line; empty if there is none. */
    private static String plain(@Nullable String header) {
        if (header == null) {
            return "";
        }
        String line = LogText.oneLine(header);
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }

    private static String shown(@Nullable String text) {
        if (text == null) {
            return "(none)";
        }
        return text.length() <= SHOWN_CHARACTERS ? '"' + text + '"' : '"' + text.substring(0, SHOWN_CHARACTERS) + "\"…";
    }
}
