package dev.rafthttp.resilience;

import dev.rafthttp.ClusterId;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.Room;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.transport.JettyRaftTransport;
import java.net.URI;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/** A member of a test's cluster: a transport on a free port, and a callback that notes what it is told. */
final class TestMember implements RaftCallback, AutoCloseable {
    private final MemberId id;
    private final JettyRaftTransport transport;

    /** The lane of the message that this thread gives to {@link #process} next; the metrics are told just before. */
    private final ThreadLocal<Lane> lane = new ThreadLocal<>();

    /** What it holds comes with the lane of whoever lets it go. */
    final Room room;

    final Queue<Long> unreachableAtNanos = new ConcurrentLinkedQueue<>();
    final Queue<RemovedMemberException> removed = new ConcurrentLinkedQueue<>();

    TestMember(long id, BiConsumer<Lane, Message> inbox) {
        this(id, inbox, builder -> builder);
    }

    TestMember(long id, BiConsumer<Lane, Message> inbox, UnaryOperator<TransportConfig.Builder> configured) {
        this.id = new MemberId(id);
        this.room = new Room(message -> inbox.accept(lane.get(), message));
        TransportConfig config = configured
                .apply(TransportConfig.builder(this.id, new ClusterId(0xcafe)))
                .build();
        transport = JettyRaftTransport.builder(config, this)
                .listen("127.0.0.1", 0)
                .metrics(new LaneMetrics())
                .build();
        transport.start();
    }

    static Message message(MessageType type, long from, long to, long index) {
        return Message.newBuilder()
                .setType(type)
                .setFrom(from)
                .setTo(to)
                .setTerm(1)
                .setIndex(index)
                .build();
    }

    MemberId id() {
        return id;
    }

    JettyRaftTransport transport() {
        return transport;
    }

    URI url() {
        return transport.urls().get(0);
    }

    void addPeer(TestMember peer, URI url) {
        transport.addPeer(peer.id, List.of(url));
    }

    PeerStatus statusOf(MemberId peer) {
        return transport.status().peers().stream()
                .filter(status -> status.id().equals(peer))
                .findFirst()
                .orElseThrow();
    }

    boolean isAttached(MemberId peer, Lane lane) {
        PeerStatus.LaneStatus status = statusOf(peer).lanes().get(lane);
        return status != null && status.attached();
    }

    @Override
    public CompletionStage<Void> process(Message message) {
        return room.take(message);
    }

    @Override
    public boolean isIdRemoved(MemberId member) {
        return false;
    }

    @Override
    public void reportUnreachable(MemberId member) {
        unreachableAtNanos.add(System.nanoTime());
    }

    @Override
    public void reportSnapshot(MemberId member, SnapshotStatus status) {}

    @Override
    public void reportRemoved(RemovedMemberException cause) {
        removed.add(cause);
    }

    @Override
    public void close() {
        transport.close();
    }

    private final class LaneMetrics implements TransportMetrics {
        @Override
        public PeerMetrics forPeer(MemberId peer) {
            return new PeerMetrics() {
                @Override
                public void received(Lane from, MessageType type, int bytes) {
                    lane.set(from);
                }
            };
        }
    }
}
