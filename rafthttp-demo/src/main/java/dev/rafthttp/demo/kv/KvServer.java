package dev.rafthttp.demo.kv;

import dev.rafthttp.MemberId;
import dev.rafthttp.UrlHost;
import dev.rafthttp.options.CannotRunException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves one member's keys and state over HTTP on a port of its own, apart from the peers' traffic. */
public final class KvServer implements AutoCloseable {
    /** The path of keys: with a name behind it that key, without a name all keys. */
    public static final String KEYS_PATH = "/kv/";

    /** A value fits into one message many times. */
    static final int MAX_VALUE_BYTES = 1 << 20;

    /** An acceptor, a selector, and a few threads for requests: answers that wait for Raft hold no thread. */
    private static final int THREADS = 6;

    private final Server server;
    private final ServerConnector connector;
    private final MemberId member;
    private final URI url;

    /**
     * @param name the member's
     * @param url where to serve the member's keys
     * @param kvUrls where every member serves its own
     */
    public KvServer(KvNode node, String name, URI url, Map<MemberId, URI> kvUrls) {
        member = node.id();
        this.url = url;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("kv-" + member);
        threads.setDaemon(true);
        server = new Server(threads);
        connector = new ServerConnector(server, 1, 1);
        UrlHost host = UrlHost.of(url);
        connector.setHost(host.name());
        connector.setPort(host.port());
        server.addConnector(connector);
        server.setHandler(new Handler.Sequence(new KvHandler(node, kvUrls), new StateHandler(node, name)));
    }

    /**
     * Takes the port, and answers nothing yet.
     *
     * @throws CannotRunException if the port cannot be bound
     */
    public void bind() {
        try {
            connector.open();
        } catch (IOException taken) {
            Throwable reason = taken.getCause() == null ? taken : taken.getCause();
            throw new CannotRunException("cannot serve keys at " + url + ": " + reason.getMessage(), taken);
        }
    }

    /**
     * Begins to answer; takes the port, if it did not.
     *
     * @throws CannotRunException if the port cannot be bound
     */
    public void start() {
        bind();
        try {
            server.start();
        } catch (Exception failure) {
            throw new IllegalStateException("member " + member + " cannot serve its keys", failure);
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
            // Jetty does not close a connector that was bound and never started.
            connector.close();
        } catch (Exception failure) {
            throw new IllegalStateException("member " + member + " cannot stop serving its keys", failure);
        }
    }
}
