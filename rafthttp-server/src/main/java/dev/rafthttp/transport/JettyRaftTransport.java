package dev.rafthttp.transport;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.SnapshotReceiver;
import dev.rafthttp.SnapshotStore;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.client.PeerManager;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.jetty.TransportRuntime;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.server.RaftHttpServer;
import dev.rafthttp.server.RaftServlets;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;

/**
 * A whole transport over Jetty: a {@link PeerManager}, which sends, that also listens. Both halves share one
 * {@link TransportRuntime}.
 *
 * <p>With {@link Builder#listen} it has its own Jetty server. Without, it listens nowhere by itself, and
 * {@link #mountOn} puts its servlets into the user's server. A node that only sends needs {@link PeerManager} alone.
 */
public final class JettyRaftTransport extends PeerManager {
    private final TransportRuntime runtime;
    private final RaftServlets servlets;
    private final RaftHttpServer server;

    private JettyRaftTransport(Builder builder) {
        this(
                builder,
                new TransportRuntime(
                        builder.config, builder.callback, builder.metrics, builder.coupler, builder.received));
    }

    private JettyRaftTransport(Builder builder, TransportRuntime runtime) {
        super(runtime);
        this.runtime = runtime;
        servlets = new RaftServlets(runtime.environment(), registry(), builder.snapshotReceiver);
        server = new RaftHttpServer(runtime, servlets, builder.addresses);
    }

    /**
     * Starts to describe a transport.
     *
     * @param callback the Raft node
     */
    public static Builder builder(TransportConfig config, RaftCallback callback) {
        return new Builder(config, callback);
    }

    /** Collects what {@link TransportConfig} does not say. Not thread-safe. */
    public static final class Builder {
        private final TransportConfig config;
        private final RaftCallback callback;
        private final List<InetSocketAddress> addresses = new ArrayList<>();
        private TransportMetrics metrics = TransportMetrics.NONE;
        private StreamCoupler coupler = StreamCoupler.NONE;
        private MemoryBudget received = new MemoryBudget(HeapLimits.OF_JVM.receiveBytes());
        private SnapshotReceiver snapshotReceiver = SnapshotReceiver.NONE;

        private Builder(TransportConfig config, RaftCallback callback) {
            this.config = config;
            this.callback = callback;
        }

        /**
         * Listens for peers at an address; several calls add several addresses. Uses TLS if {@link TransportConfig#tls}
         * is set.
         *
         * @param host a host name or address of this machine
         * @param port 0 to 65535; 0 takes a free port, which {@link JettyRaftTransport#urls} names
         */
        public Builder listen(String host, int port) {
            addresses.add(new InetSocketAddress(host, port));
            return this;
        }

        /** Where to count. Default {@link TransportMetrics#NONE}. */
        public Builder metrics(TransportMetrics metrics) {
            this.metrics = metrics;
            return this;
        }

        /** Couples this transport's streams to those of another one, in a relay. Default {@link StreamCoupler#NONE}. */
        public Builder coupler(StreamCoupler coupler) {
            this.coupler = coupler;
            return this;
        }

        /**
         * What all that is being received may take of the heap: bodies that are collected, messages that are decoded, and
         * those that Raft has not taken yet. What is above ends its stream, or is answered 503; one peer may take half of
         * it, and so may all posts. Transports that share a heap share one budget. Default: {@link #receiveBytes} of a
         * quarter of the heap.
         */
        public Builder received(MemoryBudget budget) {
            this.received = budget;
            return this;
        }

        /** The same, for this transport alone: 1 byte or more. Default {@link HeapLimits#receiveBytes}. */
        public Builder receiveBytes(long bytes) {
            return received(new MemoryBudget(bytes));
        }

        /** Keeps the databases of received snapshots in a store, and gives their messages to Raft. */
        public Builder snapshots(SnapshotStore store) {
            return snapshotReceiver(SnapshotReceiver.storing(store, callback));
        }

        /** Takes the snapshots that come with a database. Default {@link SnapshotReceiver#NONE}. */
        public Builder snapshotReceiver(SnapshotReceiver receiver) {
            this.snapshotReceiver = receiver;
            return this;
        }

        /**
         * Makes the transport; nothing runs before {@link JettyRaftTransport#start}.
         *
         * @throws java.io.UncheckedIOException if the files of peer TLS cannot be used
         */
        public JettyRaftTransport build() {
            return new JettyRaftTransport(this);
        }
    }

    /**
     * Puts the transport's servlets, {@code /raft} and below, into a user's own server. Until {@link #start} they
     * answer 503.
     *
     * @param context must be at the root, because peers expect {@code /raft} there. The idle timeout of its server must
     *     be longer than the configured stream timeout
     */
    public void mountOn(ServletContextHandler context) {
        servlets.addTo(context);
    }

    /**
     * Puts only the servlet for streams, {@code /raft/stream} and below, into a user's own server, whose owner answers
     * all other paths; otherwise as {@link #mountOn}.
     */
    public void mountStreamsOn(ServletContextHandler context) {
        servlets.addStreamsTo(context);
    }

    /**
     * Where the transport listens, with the ports that were taken; empty before {@link #start}, or if it listens
     * nowhere.
     */
    public List<URI> urls() {
        return server.urls();
    }

    /**
     * Binds every address before it dials a peer. A second process of the same member fails to bind, and must not have
     * replaced the streams of the first process by then.
     *
     * @throws java.io.UncheckedIOException if an address cannot be bound; no peer has been dialled then
     * @throws IllegalStateException if the transport was started or closed before
     */
    @Override
    public void start() {
        runtime.start();
        try {
            server.bind();
            super.start();
            server.start();
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    @Override
    public void close() {
        server.close(runtime.closing());
        super.close();
        runtime.close();
    }

    @Override
    public String toString() {
        return "transport at " + urls() + ", " + super.toString();
    }
}
