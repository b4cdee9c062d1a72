package dev.rafthttp.interop.follower;

import dev.rafthttp.ClusterId;
import dev.rafthttp.ClusterIdentity;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.ServerVersion;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.TransportStatus;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsFilesException;
import dev.rafthttp.tls.TlsMaterial;
import dev.rafthttp.transport.JettyRaftTransport;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A follower in the place of an etcd member: its transport, in etcd's dialect, mounted on a server of its own.
 */
public final class FollowerMember implements RaftCallback, AutoCloseable {
    /**
     * etcd listens before it answers; on a busy machine more than a second before. A dial that is given up meanwhile is in
     * etcd's log as a broken stream or a rejected connection, and tests look for those.
     */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MemberId id;
    private final Follower follower;
    private final PutStore store = new PutStore();
    private final JettyRaftTransport transport;
    private final Server server = new Server();
    private final Queue<RemovedMemberException> removals = new ConcurrentLinkedQueue<>();
    private final Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();

    /**
     * Makes it; nothing runs before {@link #start}.
     *
     * @param initialCluster the peer URL of each member, by its name, as etcd's {@code --initial-cluster} has them
     * @param version the etcd version to pass for
     * @param tls the files of peer TLS, if the URLs are https; empty: none
     */
    public FollowerMember(
            String name, Map<String, URI> initialCluster, String token, ServerVersion version, Optional<PeerTls> tls) {
        Map<String, MemberId> ids = new LinkedHashMap<>();
        initialCluster.forEach((member, url) -> ids.put(member, ClusterIdentity.memberId(List.of(url), token)));
        ClusterId cluster = ClusterIdentity.clusterId(ids.values());
        URI url = initialCluster.get(name);
        id = ids.get(name);
        follower = new Follower(id.value(), store::apply);
        TransportConfig.Builder config = TransportConfig.builder(id, cluster)
                .peerUrls(List.of(url))
                .serverVersion(version)
                .dialTimeout(PATIENCE)
                .peerDialect(Dialect.ETCD);
        tls.ifPresent(config::tls);
        transport = JettyRaftTransport.builder(config.build(), this).build();
        initialCluster.forEach((member, peerUrl) -> {
            if (!member.equals(name)) {
                transport.addPeer(ids.get(member), List.of(peerUrl));
            }
        });
        ServerConnector connector = tls.map(files -> new ServerConnector(server, context(files)))
                .orElseGet(() -> new ServerConnector(server));
        connector.setHost(url.getHost());
        connector.setPort(url.getPort());
        server.addConnector(connector);
        server.setHandler(servlets());
    }

    /** A server that is not the transport's has TLS of its own. */
    private static SslContextFactory.Server context(PeerTls files) {
        SslContextFactory.Server context = new SslContextFactory.Server();
        try {
            context.setSslContext(TlsMaterial.load(files).newContext());
        } catch (TlsFilesException e) {
            throw new UncheckedIOException(e);
        }
        context.setNeedClientAuth(files.clientCertAuth());
        return context;
    }

    private ServletContextHandler servlets() {
        ServletContextHandler context = new ServletContextHandler("/");
        transport.mountOn(context);
        return context;
    }

    public void start() {
        transport.start();
        LifeCycle.start(server);
    }

    public MemberId id() {
        return id;
    }

    /** The keys and values of all puts that are committed, as far as this member knows. */
    public Map<String, String> puts() {
        return store.puts();
    }

    /** Who leads, as far as this member knows, as etcd prints IDs; 0 if nobody. */
    public String leader() {
        return Long.toHexString(follower.leader());
    }

    /** Up to which index entries are committed, as far as this member knows. */
    public long committed() {
        return follower.committed();
    }

    /** How many entries it has acknowledged. */
    public int acknowledged() {
        return follower.acknowledged();
    }

    /** What said that it has been removed. */
    public List<RemovedMemberException> removals() {
        return List.copyOf(removals);
    }

    /** Why it failed to take messages; the transport then gives up the stream, and the member is without an answer. */
    public List<RuntimeException> failures() {
        return List.copyOf(failures);
    }

    public TransportStatus status() {
        return transport.status();
    }

    @Override
    public CompletionStage<Void> process(Message message) {
        try {
            follower.step(message).ifPresent(transport::send);
        } catch (RuntimeException e) {
            failures.add(e);
            throw e;
        }
        return TAKEN;
    }

    @Override
    public boolean isIdRemoved(MemberId member) {
        return false;
    }

    @Override
    public void reportUnreachable(MemberId member) {
        // A follower has nothing to send again.
    }

    @Override
    public void reportSnapshot(MemberId member, SnapshotStatus status) {
        throw new IllegalStateException("a follower sends no snapshot");
    }

    @Override
    public void reportRemoved(RemovedMemberException cause) {
        removals.add(cause);
    }

    /** What it knows, for a test that fails. */
    @Override
    public String toString() {
        return follower + ", " + transport.status();
    }

    @Override
    public void close() {
        transport.close();
        LifeCycle.stop(server);
    }
}
