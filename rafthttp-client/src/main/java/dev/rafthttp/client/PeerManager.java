package dev.rafthttp.client;

import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.HeapLimits;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.PeerUrls;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.TransportStatus;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.coupling.StreamControl;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.jetty.TransportRuntime;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.PeerRegistry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.runtime.CloseDeadline;
import dev.rafthttp.runtime.LogLimiter;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The outbound half of a transport: the peers, and everything that dials and posts to them. On its own, a manager is a
 * transport that only sends, for a node whose servlets are mounted elsewhere. A transport that also listens extends it.
 *
 * <p>Any thread. The manager's lock guards changes of the membership. It is not held while peers are started or closed,
 * because they call the user's code. Each change publishes an immutable {@link PeerTable}, in which {@link #send} finds
 * its peer without the lock.
 */
public class PeerManager implements RaftTransport {
    private static final Logger LOG = LoggerFactory.getLogger(PeerManager.class);

    private final TransportRuntime runtime;

    /** Whether this manager starts and closes the runtime. */
    private final boolean ownsRuntime;

    private final PeerEnvironment environment;
    private final TransportConfig config;
    private final PeerHttpClient http;
    private final RequestHeaders headers;
    private final LogLimiter unknownPeerLog;
    private final Registry registry = new Registry();
    private final StreamControl streams;

    // Changed under this.
    private volatile PeerTable peers = PeerTable.EMPTY;
    private volatile State state = State.NEW;
    private final Set<MemberId> introduced = new HashSet<>();

    private enum State {
        NEW,
        RUNNING,
        CLOSED
    }

    /**
     * Makes a manager with a runtime of its own, that counts nothing.
     *
     * @throws UncheckedIOException if the files of peer TLS cannot be used
     */
    public PeerManager(TransportConfig config, RaftCallback callback) {
        this(config, callback, TransportMetrics.NONE);
    }

    /**
     * Makes a manager with a runtime of its own; nothing runs before {@link #start}.
     *
     * @throws UncheckedIOException if the files of peer TLS cannot be used
     */
    public PeerManager(TransportConfig config, RaftCallback callback, TransportMetrics metrics) {
        this(
                new TransportRuntime(
                        config,
                        callback,
                        metrics,
                        StreamCoupler.NONE,
                        new MemoryBudget(HeapLimits.OF_JVM.receiveBytes())),
                true);
    }

    /**
     * Makes a manager on a runtime that others use too.
     *
     * @param runtime its owner starts it before this manager, and closes it afterwards
     */
    public PeerManager(TransportRuntime runtime) {
        this(runtime, false);
    }

    private PeerManager(TransportRuntime runtime, boolean ownsRuntime) {
        this.runtime = runtime;
        this.ownsRuntime = ownsRuntime;
        environment = runtime.environment();
        config = environment.config();
        http = new PeerHttpClient(config, runtime.threads(), runtime.tls());
        headers = new RequestHeaders(config, UUID.randomUUID());
        unknownPeerLog = new LogLimiter(environment.scheduler()::nanoTime);
        streams = new PeerStreams(environment, this);
    }

    @Override
    public void start() {
        try {
            startDialling().forEach(PeerConnections::start);
        } catch (CannotStartException e) {
            close();
            throw new IllegalStateException("the HTTP client cannot be started", e.getCause());
        }
    }

    /** @return the peers that were added before the start. Peers that are added later start at once */
    private synchronized List<PeerConnections> startDialling() throws CannotStartException {
        if (state != State.NEW) {
            throw new IllegalStateException("the transport of member " + config.memberId() + " is " + state);
        }
        if (ownsRuntime) {
            runtime.start();
        }
        try {
            http.start();
        } catch (Exception e) {
            throw new CannotStartException(e);
        }
        state = State.RUNNING;
        return peers.all();
    }

    private static final class CannotStartException extends Exception {
        CannotStartException(Exception cause) {
            super(cause);
        }
    }

    @Override
    public void send(Message message) {
        offer(message);
    }

    /** Sends a message; false if it has been dropped at once. */
    boolean offer(Message message) {
        PeerConnections to = peers.find(message.getTo());
        if (to != null) {
            return to.peer().send(message);
        }
        droppedForUnknown(message);
        return false;
    }

    /** Sends a message, or lets it wait for room in its queue; the stage says when it was queued or dropped. */
    CompletionStage<Void> sendWhenRoom(Message message) {
        PeerConnections to = peers.find(message.getTo());
        if (to != null) {
            return to.peer().sendWhenRoom(message);
        }
        droppedForUnknown(message);
        return RaftCallback.TAKEN;
    }

    @Override
    public CompletionStage<Void> sendSnapshot(Message message, InputStream database, long size) {
        if (message.getType() != MessageType.MsgSnap || size < -1) {
            throw new IllegalArgumentException("a snapshot is a MsgSnap with a database of 0 or more bytes, or -1 if"
                    + " unknown, not a " + message.getType() + " with " + size);
        }
        PeerConnections peer = peers.find(message.getTo());
        if (peer != null) {
            return peer.snapshots().send(message, database, size);
        }
        droppedForUnknown(message);
        return SnapshotSender.unsent(
                database, new PeerUnreachableException("member " + new MemberId(message.getTo()) + " is not a peer"));
    }

    /** Counts and reports a message to a member that is not a peer. */
    private void droppedForUnknown(Message message) {
        if (message.getTo() == 0) {
            return;
        }
        MemberId to = new MemberId(message.getTo());
        if (message.getType() == MessageType.MsgSnap) {
            environment.reports().snapshot(to, SnapshotStatus.FAILURE);
        }
        environment
                .metrics()
                .forPeer(to)
                .dropped(Lane.of(message.getType()), message.getType(), DropReason.UNKNOWN_PEER);
        long suppressed = unknownPeerLog.acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "dropped {} to member {}, which is not a peer; {} more to unknown members since the last such line",
                    message.getType(),
                    to,
                    suppressed);
        }
    }

    @Override
    public void addPeer(MemberId id, List<URI> urls) {
        addPeer(id, urls, config.peerDialect());
    }

    @Override
    public void addPeer(MemberId id, List<URI> urls, Dialect dialect) {
        add(id, urls, dialect, false);
    }

    @Override
    public void addRemote(MemberId id, List<URI> urls) {
        add(id, urls, config.peerDialect(), true);
    }

    private void add(MemberId id, List<URI> urls, Dialect dialect, boolean remote) {
        if (id.equals(config.memberId())) {
            throw new IllegalArgumentException("member " + id + " is this member itself, not a peer");
        }
        PeerUrls.check(urls);
        if (!isKept(id, remote)) {
            PeerConnections added = new PeerConnections(environment, http.jetty(), headers, id, urls, dialect, remote);
            begin(added, insert(added));
        }
    }

    /**
     * Whether an added peer or remote changes nothing. Only a remote that becomes a peer replaces a member that is
     * there.
     */
    private boolean isKept(MemberId id, boolean remote) {
        PeerConnections present = peers.find(id.value());
        return present != null && (remote || !present.peer().isRemote());
    }

    /** What the insertion of a peer has changed. */
    private record Inserted(
            boolean isDone, boolean isRunning, @Nullable PeerConnections replaced) {}

    private synchronized Inserted insert(PeerConnections added) {
        Peer peer = added.peer();
        if (state == State.CLOSED || isKept(peer.id(), peer.isRemote())) {
            return new Inserted(false, false, null);
        }
        PeerConnections replaced = peers.find(peer.id().value());
        peers = peers.with(added);
        return new Inserted(true, state == State.RUNNING, replaced);
    }

    /**
     * Runs without the lock, because peers call the user's code. A peer that was closed meanwhile does nothing when it
     * starts.
     */
    private static void begin(PeerConnections added, Inserted inserted) {
        if (!inserted.isDone) {
            return;
        }
        if (inserted.replaced != null) {
            inserted.replaced.close();
        }
        if (inserted.isRunning) {
            added.start();
        }
        Peer peer = added.peer();
        LOG.info(
                "added {} {} at {}",
                peer.isRemote() ? "remote" : "peer",
                peer.id(),
                peer.urls().urls());
    }

    @Override
    public synchronized void updatePeer(MemberId id, List<URI> urls) {
        peer(id).urls().update(urls);
        LOG.info("peer {} is now at {}", id, urls);
    }

    @Override
    public void removePeer(MemberId id) {
        PeerConnections removed;
        synchronized (this) {
            removed = peers.find(id.value());
            peers = peers.without(id.value());
        }
        if (removed != null) {
            removed.close();
            LOG.info("removed peer {}", id);
        }
    }

    @Override
    public void removeAllPeers() {
        List<PeerConnections> all;
        synchronized (this) {
            all = peers.all();
            peers = PeerTable.EMPTY;
        }
        all.forEach(PeerConnections::close);
    }

    @Override
    public Optional<Instant> activeSince(MemberId id) {
        return Optional.ofNullable(connections(id)).map(PeerConnections::peer).flatMap(Peer::activeSince);
    }

    @Override
    public int activePeers() {
        return (int) peers.all().stream()
                .filter(each -> each.peer().activeSince().isPresent())
                .count();
    }

    @Override
    public void pause(MemberId id) {
        peer(id).setPaused(true);
    }

    @Override
    public void pause() {
        peers.all().forEach(each -> each.peer().setPaused(true));
    }

    @Override
    public void resume(MemberId id) {
        peer(id).setPaused(false);
    }

    @Override
    public void resume() {
        peers.all().forEach(each -> each.peer().setPaused(false));
    }

    private Peer peer(MemberId id) {
        PeerConnections found = connections(id);
        if (found == null) {
            throw new IllegalArgumentException("member " + id + " is not a peer");
        }
        return found.peer();
    }

    @Override
    public TransportStatus status() {
        List<PeerStatus> statuses =
                peers.all().stream().map(each -> each.peer().status()).toList();
        return new TransportStatus(config.memberId(), config.clusterId(), statuses, runtime.removal());
    }

    @Nullable PeerConnections connections(MemberId id) {
        return peers.find(id.value());
    }

    boolean isRunning() {
        return state == State.RUNNING;
    }

    /** Opens, fills and closes single streams, for whoever has to know what becomes of a message. */
    public StreamControl streams() {
        return streams;
    }

    /** The peers, as the servlets need them that accept their streams and posts. */
    public PeerRegistry registry() {
        return registry;
    }

    /** The peers, as the inbound half sees them. */
    private final class Registry implements PeerRegistry {
        @Override
        public Optional<Peer> find(MemberId id) {
            PeerConnections found = connections(id);
            return found == null ? Optional.empty() : Optional.of(found.peer());
        }

        @Override
        public List<Peer> all() {
            return peers.all().stream().map(PeerConnections::peer).toList();
        }

        @Override
        public void introduced(MemberId id, String peerUrls) {
            if (!mayIntroduceItself(id)) {
                return;
            }
            List<URI> urls;
            try {
                urls = PeerUrls.check(
                        Arrays.stream(peerUrls.split(",")).map(URI::create).toList());
            } catch (IllegalArgumentException e) {
                LOG.debug("member {} introduces itself with URLs \"{}\": {}", id, peerUrls, e.getMessage());
                return;
            }
            // The policy is the user's code, and no lock is held over a call of that.
            if (config.remotePolicy().allows(id, urls)) {
                addIntroduced(id, urls);
            }
        }

        @Override
        public boolean isRunning() {
            return PeerManager.this.isRunning();
        }
    }

    private void addIntroduced(MemberId id, List<URI> urls) {
        PeerConnections added =
                new PeerConnections(environment, http.jetty(), headers, id, urls, config.peerDialect(), true);
        Inserted inserted;
        synchronized (this) {
            if (!mayIntroduceItself(id)) {
                return;
            }
            introduced.add(id);
            inserted = insert(added);
        }
        begin(added, inserted);
    }

    private synchronized boolean mayIntroduceItself(MemberId id) {
        introduced.removeIf(each -> !isRemote(each));
        return state != State.CLOSED
                && !id.equals(config.memberId())
                && peers.find(id.value()) == null
                && introduced.size() < config.maxRemotes();
    }

    private boolean isRemote(MemberId id) {
        PeerConnections present = peers.find(id.value());
        return present != null && present.peer().isRemote();
    }

    @Override
    public void close() {
        List<PeerConnections> all;
        synchronized (this) {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
            all = peers.all();
        }
        CloseDeadline deadline = runtime.closing();
        all.forEach(PeerConnections::close);
        deadline.stop(
                "rafthttp-" + config.memberId() + "-client-stop",
                "the HTTP client of member " + config.memberId(),
                http::stop);
        if (ownsRuntime) {
            runtime.close();
        }
    }

    @Override
    public String toString() {
        return "peers of member " + config.memberId() + ", " + state + ": "
                + peers.all().stream().map(each -> each.peer().id().toString()).toList();
    }
}
