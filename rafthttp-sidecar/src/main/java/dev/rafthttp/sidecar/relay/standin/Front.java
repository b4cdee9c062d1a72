package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.UrlHost;
import dev.rafthttp.sidecar.http.CannotListenException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Jetty server of one stand-in, at URLs that may change while it runs. Guarded by its own lock, which is taken to open and
 * to close.
 */
final class Front implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Front.class);

    /** As much as Jetty's buffer pool keeps; a larger buffer would be allocated, and zeroed, for every read. */
    private static final int BUFFER_BYTES = 64 << 10;

    private static final int BACKLOG = 1024;

    private final Server jetty;
    private final GracefulHandler requests;
    private final Duration grace;
    private final Map<URI, ServerConnector> connectors = new LinkedHashMap<>();

    /**
     * @param threads shared, and neither started nor stopped here
     * @param grace how long requests may go on when it is closed
     */
    Front(QueuedThreadPool threads, Handler handler, Duration grace) {
        jetty = new Server(threads);
        // Jetty's own would also wait for connections that are not in use.
        jetty.setStopTimeout(0);
        this.requests = new GracefulHandler(handler);
        this.grace = grace;
        jetty.setErrorHandler(terseErrors());
        jetty.setHandler(requests);
    }

    private static ErrorHandler terseErrors() {
        ErrorHandler errors = new ErrorHandler();
        errors.setShowStacks(false);
        errors.setShowCauses(false);
        errors.setShowOrigin(false);
        return errors;
    }

    /**
     * Listens at these URLs and no others. Those at which it listened before are not disturbed.
     *
     * @throws CannotListenException if one cannot be bound; nothing has changed then
     */
    synchronized void listen(List<URI> urls) {
        Map<URI, ServerConnector> opened = new LinkedHashMap<>();
        try {
            for (URI url : new LinkedHashSet<>(urls)) {
                if (!connectors.containsKey(url)) {
                    opened.put(url, open(url));
                }
            }
            for (ServerConnector connector : opened.values()) {
                jetty.addConnector(connector);
                if (jetty.isRunning()) {
                    connector.start();
                }
            }
        } catch (CannotListenException e) {
            opened.values().forEach(ServerConnector::close);
            throw e;
        } catch (Error e) {
            opened.values().forEach(this::discard);
            throw e;
        } catch (Exception e) {
            opened.values().forEach(this::discard);
            throw new IllegalStateException("cannot begin to listen at " + opened.keySet(), e);
        }
        connectors.entrySet().removeIf(entry -> {
            boolean gone = !urls.contains(entry.getKey());
            if (gone) {
                discard(entry.getValue());
            }
            return gone;
        });
        connectors.putAll(opened);
    }

    private ServerConnector open(URI url) {
        HttpConfiguration http = new HttpConfiguration();
        http.setInputBufferSize(BUFFER_BYTES);
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        // What a path means is for the member behind to say.
        http.setUriCompliance(UriCompliance.UNSAFE);
        ServerConnector connector = new ServerConnector(jetty, 1, 1, new HttpConnectionFactory(http));
        UrlHost host = UrlHost.of(url);
        connector.setHost(host.name());
        connector.setPort(host.port());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(Forwarder.IDLE_TIMEOUT.toMillis());
        try {
            connector.open();
        } catch (IOException e) {
            throw new CannotListenException(url, e);
        }
        return connector;
    }

    private void discard(ServerConnector connector) {
        jetty.removeConnector(connector);
        try {
            connector.stop();
        } catch (Exception e) {
            LOG.warn("the connections at {}:{} did not end cleanly", connector.getHost(), connector.getPort(), e);
        }
        connector.close();
    }

    /** Begins to answer. */
    synchronized void start() {
        try {
            jetty.start();
        } catch (Exception e) {
            throw new IllegalStateException("the server at " + connectors.keySet() + " cannot be started", e);
        }
    }

    /** Stops listening, lets the requests under way end for as long as the grace, and closes the rest. */
    @Override
    public synchronized void close() {
        connectors.values().forEach(ServerConnector::close);
        try {
            if (jetty.isRunning()) {
                requests.shutdown().get(grace.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            LOG.warn(
                    "{} requests at {} did not end within {}",
                    requests.getCurrentRequestCount(),
                    connectors.keySet(),
                    grace);
        } catch (ExecutionException e) {
            LOG.warn("the requests at {} did not end cleanly", connectors.keySet(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop();
    }

    private void stop() {
        try {
            jetty.stop();
        } catch (Exception e) {
            LOG.warn("the server at {} did not stop cleanly", connectors.keySet(), e);
        }
    }
}
