package dev.rafthttp.server;

import dev.rafthttp.TransportConfig;
import dev.rafthttp.jetty.TransportRuntime;
import dev.rafthttp.runtime.Clock;
import dev.rafthttp.runtime.CloseDeadline;
import dev.rafthttp.runtime.TlsReloader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Jetty server that serves only {@link RaftServlets}, at any number of addresses. Without an address it does nothing.
 *
 * <p>Its own lock guards it, and is taken to start and to close.
 */
public final class RaftHttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RaftHttpServer.class);

    /** The largest buffer that Jetty's pool keeps. A larger one would be allocated, and zeroed, for every read. */
    private static final int INPUT_BUFFER_BYTES = 64 << 10;

    /** Answers are one line, or eight bytes per acknowledgement. */
    private static final int OUTPUT_BUFFER_BYTES = 4 << 10;

    /** When this member comes back, all members of a large cluster may dial at the same moment. */
    private static final int BACKLOG = 1024;

    /** How long a connection for posts may stay open unused. */
    private static final long IDLE_MILLIS = 30_000;

    /** A stream in use is never silent for longer than its timeout. The idle timeout is at least this many of those. */
    private static final int IDLE_STREAM_TIMEOUTS = 4;

    private static final PlainErrors ERRORS = new PlainErrors();

    private final TransportConfig config;
    private final RaftServlets servlets;
    private final QueuedThreadPool threads;
    private final Clock clock;
    private final Optional<ServerTls> tls;
    private final RefusedHandshakes refusedHandshakes;
    private final List<InetSocketAddress> addresses;

    private final AcceptedChannels accepted = new AcceptedChannels();
    private final AnswersUnderWay answers;
    private @Nullable Server jetty;
    private List<URI> bound = List.of();
    private List<URI> urls = List.of();

    /**
     * Makes a server; it listens nowhere before {@link #bind}.
     *
     * @param runtime must be running from {@link #start} to {@link #close}
     * @param addresses where to listen; port 0 takes a free one
     */
    public RaftHttpServer(TransportRuntime runtime, RaftServlets servlets, List<InetSocketAddress> addresses) {
        this(
                runtime.environment().config(),
                servlets,
                runtime.threads(),
                runtime.environment().scheduler(),
                runtime.tls(),
                addresses);
    }

    /**
     * @param threads shared, and neither started nor stopped here
     * @param tls at all addresses; empty: at none
     * @param addresses where to listen; port 0 takes a free one
     */
    RaftHttpServer(
            TransportConfig config,
            RaftServlets servlets,
            QueuedThreadPool threads,
            Clock clock,
            Optional<TlsReloader> tls,
            List<InetSocketAddress> addresses) {
        this.config = config;
        this.servlets = servlets;
        this.threads = threads;
        this.clock = clock;
        this.tls = tls.map(ServerTls::new);
        this.refusedHandshakes = new RefusedHandshakes(clock);
        this.addresses = List.copyOf(addresses);
        this.answers = new AnswersUnderWay(handler());
    }

    /**
     * Binds every address, and answers no request yet: connections wait until {@link #start}.
     *
     * @throws UncheckedIOException if an address cannot be bound; as after an Error, none stays bound
     */
    public synchronized void bind() {
        if (addresses.isEmpty()) {
            return;
        }
        Server server = new Server(threads);
        server.setHandler(answers);
        server.setErrorHandler(ERRORS);
        List<URI> taken = new ArrayList<>();
        try {
            for (InetSocketAddress address : addresses) {
                ServerConnector connector = connector(server, address);
                server.addConnector(connector);
                taken.add(open(connector, address));
            }
        } catch (Throwable e) {
            stop(server, ownDeadline());
            throw e;
        }
        jetty = server;
        bound = List.copyOf(taken);
    }

    /** Begins to answer at the addresses that are bound. The thread pool must be running. */
    public synchronized void start() {
        Server server = jetty;
        if (server == null) {
            return;
        }
        try {
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("the server at " + addresses + " cannot be started", e);
        }
        urls = bound;
        LOG.info(
                "member {} listens at {}{}",
                config.memberId(),
                urls,
                tls.map(ServerTls::asks).orElse(""));
    }

    private ServletContextHandler handler() {
        ServletContextHandler context = new ServletContextHandler("/");
        context.setErrorHandler(ERRORS);
        servlets.addTo(context);
        return context;
    }

    private ServerConnector connector(Server server, InetSocketAddress address) {
        HttpConfiguration http = new HttpConfiguration();
        http.setInputBufferSize(INPUT_BUFFER_BYTES);
        http.setOutputBufferSize(OUTPUT_BUFFER_BYTES);
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        ServerConnector connector = new ServerConnector(server, 1, 1, connectionFactories(http));
        connector.addBean(accepted);
        connector.addBean(refusedHandshakes);
        connector.setHost(address.getHostString());
        connector.setPort(address.getPort());
        connector.setAcceptQueueSize(BACKLOG);
        long streamMillis =
                Math.max(config.streamTimeout().toMillis(), config.readTimeout().toMillis());
        connector.setIdleTimeout(Math.max(IDLE_MILLIS, IDLE_STREAM_TIMEOUTS * streamMillis));
        return connector;
    }

    private ConnectionFactory[] connectionFactories(HttpConfiguration http) {
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        return tls.map(outer -> new ConnectionFactory[] {outer.connectionFactory(plain.getProtocol()), plain})
                .orElseGet(() -> new ConnectionFactory[] {plain});
    }

    private URI open(ServerConnector connector, InetSocketAddress address) {
        String where = address.getHostString() + ":" + address.getPort();
        try {
            if (address.isUnresolved()) {
                throw new UnknownHostException("unknown host");
            }
            connector.open();
            String scheme = tls.isPresent() ? "https" : "http";
            String host = address.getHostString();
            // Not the constructor that takes parts: it refuses some hosts that peers may have, by RFC 2396.
            return URI.create(scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":"
                    + connector.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen at " + where + ": " + reasonOf(e), e);
        } catch (IllegalArgumentException e) {
            throw new UncheckedIOException(new IOException("cannot listen at " + where, e));
        }
    }

    /** Jetty wraps the system's reason, and itself says only that the bind failed. */
    private static String reasonOf(IOException failure) {
        Throwable reason = failure.getCause() instanceof IOException cause ? cause : failure;
        return String.valueOf(reason.getMessage());
    }

    /** Where the server listens, with the ports that were taken. Empty before the start and after the close. */
    public synchronized List<URI> urls() {
        return urls;
    }

    /** How many connections of peers are open now. */
    int connections() {
        return accepted.size();
    }

    /** Closes every connection, within the configured time. Later calls do nothing. */
    @Override
    public void close() {
        close(ownDeadline());
    }

    private CloseDeadline ownDeadline() {
        return new CloseDeadline(config.closeTimeout().toMillis(), clock::nanoTime);
    }

    /**
     * Closes every connection, within a part of the deadline. Later calls do nothing.
     *
     * @param deadline shared with the other parts of the transport
     */
    public synchronized void close(CloseDeadline deadline) {
        Server running = jetty;
        if (running != null) {
            jetty = null;
            urls = List.of();
            // At most half of what is left, so that a Raft that holds a post leaves time to the other parts.
            answers.await(deadline.leftMillis() / 2);
            stop(running, deadline);
        }
    }

    private void stop(Server server, CloseDeadline deadline) {
        deadline.stop(
                "rafthttp-" + config.memberId() + "-stop", "the server of member " + config.memberId(), server::stop);
        accepted.close();
        for (Connector connector : server.getConnectors()) {
            // Stopping a server that never started does not close the connectors that were opened for it.
            ((ServerConnector) connector).close();
        }
    }
}
