package dev.rafthttp.server;

import dev.rafthttp.ClusterId;
import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotReceiver;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.fixture.Room;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.PeerRegistry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.SystemScheduler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The inbound half of member 1 of cluster cafe on a free port, with peer 2, and a Raft node that notes what it is given. */
final class ReceivingMember implements RaftCallback, PeerRegistry, AutoCloseable {
    static final MemberId ID = new MemberId(1);
    static final MemberId PEER = new MemberId(2);

    final Queue<Message> processed = new ConcurrentLinkedQueue<>();

    /** Which member brought each of them. */
    final Queue<MemberId> senders = new ConcurrentLinkedQueue<>();

    final Queue<Lane> corrupted = new ConcurrentLinkedQueue<>();
    final Queue<String> snapshotOutcomes = new ConcurrentLinkedQueue<>();
    final Map<MemberId, String> introduced = new ConcurrentHashMap<>();
    final Map<MemberId, Peer> peers = new ConcurrentHashMap<>();
    final Set<MemberId> removed = ConcurrentHashMap.newKeySet();
    final Room room = new Room(processed::add);
    final MemoryBudget received = new MemoryBudget(256 << 20);
    volatile boolean running = true;
    volatile Raft raft = message -> {};
    volatile SnapshotReceiver snapshots = SnapshotReceiver.NONE;

    private final QueuedThreadPool threads = new QueuedThreadPool();
    private final Dialect dialect;
    private final SystemScheduler scheduler = new SystemScheduler("test-scheduler");
    private final PeerEnvironment environment;
    private final RaftHttpServer server;

    /** What the node does with a message before it is noted. */
    @FunctionalInterface
    interface Raft {
        void take(Message message) throws Exception;
    }

    ReceivingMember() {
        this(builder -> builder);
    }

    ReceivingMember(UnaryOperator<TransportConfig.Builder> configured) {
        this(ID, PEER, Dialect.PUSH, StreamCoupler.NONE, configured);
    }

    /** One whose peers speak that dialect, which are then watched as a transport watches its own. */
    ReceivingMember(
            MemberId id,
            MemberId peer,
            Dialect dialect,
            StreamCoupler coupler,
            UnaryOperator<TransportConfig.Builder> configured) {
        this.dialect = dialect;
        TransportConfig config = configured
                .apply(TransportConfig.builder(id, new ClusterId(0xcafe)))
                .build();
        environment = new PeerEnvironment(
                config,
                this,
                scheduler,
                threads,
                new Random(1),
                peerId -> new PeerMetrics() {
                    @Override
                    public void corrupt(Lane lane) {
                        corrupted.add(lane);
                    }

                    @Override
                    public void snapshotReceived(long bytes, long nanos) {
                        snapshotOutcomes.add("received " + bytes);
                    }

                    @Override
                    public void snapshotReceiveFailed(long bytes) {
                        snapshotOutcomes.add("failed " + bytes);
                    }
                },
                coupler,
                received);
        addPeer(peer);
        threads.setDaemon(true);
        LifeCycle.start(threads);
        server = new RaftHttpServer(
                config,
                servlets(),
                threads,
                scheduler,
                Optional.empty(),
                List.of(new InetSocketAddress("127.0.0.1", 0)));
        server.bind();
        server.start();
    }

    RaftServlets servlets() {
        return new RaftServlets(environment, this, (snapshot, database) -> snapshots.receive(snapshot, database));
    }

    URI url() {
        return server.urls().get(0);
    }

    int connections() {
        return server.connections();
    }

    QueuedThreadPool threads() {
        return threads;
    }

    /** Adds a peer to which nothing is sent. */
    Peer addPeer(MemberId id) {
        Peer peer = new Peer(
                environment,
                id,
                List.of(URI.create("http://127.0.0.1:1")),
                dialect,
                false,
                // Nothing is posted here, and each post is told so: none stays without an account.
                (base, message, outcome) -> outcome.failed(new IOException("nothing listens there")));
        peers.put(id, peer);
        peer.start();
        return peer;
    }

    /** What was dropped of what came from peer 2, by reason. */
    Map<DropReason, Long> dropped(Lane lane) {
        return peers.get(PEER).status().lanes().get(lane).dropped();
    }

    void removePeer(MemberId id) {
        peers.remove(id).close();
    }

    @Override
    public Optional<Peer> find(MemberId id) {
        return Optional.ofNullable(peers.get(id));
    }

    @Override
    public List<Peer> all() {
        return List.copyOf(peers.values());
    }

    @Override
    public void introduced(MemberId id, String peerUrls) {
        introduced.put(id, peerUrls);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public CompletionStage<Void> process(Message message, MemberId sender) throws Exception {
        CompletionStage<Void> taken = process(message);
        senders.add(sender);
        return taken;
    }

    @Override
    public CompletionStage<Void> process(Message message) throws Exception {
        raft.take(message);
        return room.take(message);
    }

    @Override
    public boolean isIdRemoved(MemberId id) {
        return removed.contains(id);
    }

    @Override
    public void reportUnreachable(MemberId id) {}

    @Override
    public void reportSnapshot(MemberId id, SnapshotStatus status) {}

    @Override
    public void reportRemoved(RemovedMemberException cause) {}

    void closeServer() {
        server.close();
    }

    @Override
    public void close() {
        server.close();
        peers.values().forEach(Peer::close);
        scheduler.close();
        LifeCycle.stop(threads);
    }
}
