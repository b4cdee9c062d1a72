package dev.rafthttp.sidecar.node;

import java.io.IOException;
import java.net.URI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Jetty server of an HTTP API. Started once, by one thread, which also closes it. */
public final class NodeServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);

    /** An acceptor, a selector, and a few to work. */
    private static final int THREADS = 8;

    private final Server jetty;
    private final ServerConnector connector;

    /**
     * Prepares a server; nothing listens before {@link #start}.
     *
     * @param listen {@code http://HOST:PORT}
     */
    public NodeServer(URI listen, Handler api) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("api");
        threads.setDaemon(true);
        jetty = new Server(threads);
        jetty.setErrorHandler(new JsonErrors());
        jetty.setHandler(api);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(listen.getHost());
        connector.setPort(listen.getPort());
        jetty.addConnector(connector);
    }

    /**
     * Begins to listen and to answer.
     *
     * @throws IOException if the port cannot be bound
     */
    public void start() throws IOException {
        connector.open();
        try {
            jetty.start();
        } catch (Exception e) {
            throw new IllegalStateException("the API cannot be started", e);
        }
    }

    @Override
    public void close() {
        try {
            jetty.stop();
        } catch (Exception e) {
            LOG.warn("the API did not stop cleanly", e);
        }
        connector.close();
    }
}
