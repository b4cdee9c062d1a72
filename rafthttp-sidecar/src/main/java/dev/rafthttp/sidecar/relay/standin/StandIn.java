package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.TransportStatus;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.coupling.StreamControl;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.http.CannotListenException;
import dev.rafthttp.transport.JettyRaftTransport;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.http.pathmap.ServletPathSpec;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.handler.PathMappingsHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Acts as one member towards the others: a transport for the streams and a forwarder for all other requests, behind one front.
 * Changed by {@link StandIns} only, under its lock; messages are sent from any thread.
 */
public final class StandIn implements AutoCloseable {
    private final Topology topology;
    private final Couplings couplings;
    private final JettyRaftTransport transport;
    private final Front front;
    private final Set<MemberId> met = new HashSet<>();
    private boolean started;
    private volatile RelayMember member;

    /**
     * @param member that it stands for
     * @param callback takes what its streams bring
     * @param couplings what becomes of its streams
     * @param events are told what its front refuses
     * @param threads shared by all stand-ins
     * @param relay the name of this run, for its own requests
     * @param received shared by all stand-ins
     */
    StandIn(
            RelayMember member,
            Topology topology,
            Traffic traffic,
            RaftCallback callback,
            Couplings couplings,
            RelayEvents events,
            QueuedThreadPool threads,
            String relay,
            Duration grace,
            HeapLimits limits,
            MemoryBudget received) {
        this.member = member;
        this.topology = topology;
        this.couplings = couplings;
        TransportConfig config = config(member, topology, grace, limits);
        this.transport = JettyRaftTransport.builder(config, callback)
                .metrics(traffic.streamsOf(member.id()))
                .coupler(couplings.of(member.id()))
                .received(received)
                .build();
        ServletContextHandler streams = new ServletContextHandler("/");
        transport.mountStreamsOn(streams);
        PathMappingsHandler paths = new PathMappingsHandler();
        paths.addMapping(new ServletPathSpec(Protocol.STREAM_PATH + "/*"), streams);
        paths.addMapping(
                new ServletPathSpec("/"),
                new Forwarder(
                        () -> this.member.nextHop(),
                        threads,
                        config.dialTimeout(),
                        relay,
                        new PostInspector(
                                topology.cluster(),
                                member.id(),
                                callback::isIdRemoved,
                                traffic,
                                limits.postBytes(),
                                received)));
        Handler guarded = new LoopGuard(relay, member.id(), paths);
        this.front = new Front(threads, new RefusalWatch(member.id(), traffic::isKnown, events, guarded), grace);
    }

    /** What the transport that stands for a member is made from. */
    public static TransportConfig config(RelayMember member, Topology topology, Duration grace, HeapLimits limits) {
        return TransportConfig.builder(member.id(), topology.cluster())
                .peerUrls(member.fronts())
                .closeTimeout(grace)
                .limits(limits)
                .build();
    }

    public RelayMember member() {
        return member;
    }

    /** Takes the ports it listens at, and answers nothing yet. */
    void bind() {
        front.listen(topology.listens(member));
    }

    void start() {
        transport.start();
        front.start();
        started = true;
        met.forEach(other -> couplings.met(member.id(), other));
    }

    /**
     * Moves to other fronts and another next hop.
     *
     * @throws CannotListenException if a front cannot be bound; nothing has changed then
     */
    void update(RelayMember changed) {
        front.listen(topology.listens(changed));
        member = changed;
    }

    /** Talks to another member, from now on or at another URL. */
    void meet(RelayMember other) {
        if (topology.arePeers(member.id(), other.id())) {
            List<URI> urls = List.of(other.nextHop());
            if (met.add(other.id())) {
                transport.addPeer(other.id(), urls, topology.dialect(other.id()));
                // A dial before the transport has started would fail.
                if (started) {
                    couplings.met(member.id(), other.id());
                }
            } else {
                transport.updatePeer(other.id(), urls);
            }
        }
    }

    /** No longer talks to another member. */
    void forget(MemberId other) {
        met.remove(other);
        transport.removePeer(other);
    }

    /**
     * Sends a message of the member that it stands for. While the lane is full, the stage is not complete, and the sender is held back.
     */
    CompletionStage<Void> send(Message message) {
        return transport.streams().sendWhenRoom(message);
    }

    /** Its streams, to be opened and closed with those that they are the other half of. */
    StreamControl streams() {
        return transport.streams();
    }

    public TransportStatus status() {
        return transport.status();
    }

    @Override
    public void close() {
        transport.close();
        front.close();
    }
}
