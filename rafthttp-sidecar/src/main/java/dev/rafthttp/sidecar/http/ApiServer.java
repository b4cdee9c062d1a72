package dev.rafthttp.sidecar.http;

import dev.rafthttp.UrlHost;
import dev.rafthttp.sidecarclient.SidecarAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.HostPort;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Jetty server of an HTTP API. Started once, by one thread, which also closes it. */
public final class ApiServer implements AutoCloseable {
    /** The longest path of a Unix socket's folder: the socket is made in it as {@code .xyz/s}, before it gets its name. */
    public static final int MAX_UNIX_FOLDER_BYTES = SidecarAddress.MAX_UNIX_PATH_BYTES - "/.xyz/s".length();

    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

    /** An acceptor, a selector, and a few to work. */
    private static final int THREADS = 16;

    /** As much as Jetty's buffer pool keeps; a larger buffer would be allocated, and zeroed, for every read. */
    private static final int INPUT_BUFFER_BYTES = 64 << 10;

    /** How long clients whose requests were answered may take to send the rest of a body, when the server closes. */
    private static final Duration LAST_BYTES = Duration.ofSeconds(1);

    private final URI listen;
    private final Duration lastBytes;
    private final Server jetty;
    private final GracefulHandler requests;
    private final Listener listener;
    private boolean isBound;

    /** Where the server listens. */
    interface Listener extends AutoCloseable {
        /** Takes the address, before the server starts. */
        void bind() throws IOException;

        /** Lets clients in, after the server has started. */
        void open() throws IOException;

        @Override
        void close();
    }

    /**
     * Prepares a server; nothing listens before {@link #start}.
     *
     * @param listen {@code http://HOST:PORT} or {@code unix:/PATH}
     * @param token what requests must have, unless they ask for the health; empty: nothing
     */
    public ApiServer(URI listen, Optional<ApiToken> token, Handler api) {
        this(
                listen,
                guarded(
                        listen,
                        token.isPresent(),
                        token.<Handler>map(needed -> new TokenGuard(needed, api))
                                .orElse(api)),
                LAST_BYTES);
        token.ifPresent(ApiToken::warnIfOthersMayUseItsFile);
    }

    private static Handler guarded(URI listen, boolean hasToken, Handler api) {
        if (isUnix(listen)) {
            return WebGuard.atSocket(api);
        }
        return hasToken ? WebGuard.anywhere(api) : WebGuard.onLoopback(listen, api);
    }

    private static boolean isUnix(URI listen) {
        return SidecarAddress.UNIX.equals(listen.getScheme());
    }

    /** @param lastBytes how long requests may go on when it is closed */
    ApiServer(URI listen, Handler api, Duration lastBytes) {
        this.listen = listen;
        this.lastBytes = lastBytes;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("api");
        threads.setDaemon(true);
        jetty = new Server(threads);
        jetty.setErrorHandler(new JsonErrors());
        RefusalLog.addTo(jetty);
        requests = new GracefulHandler(api);
        jetty.setHandler(requests);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setInputBufferSize(INPUT_BUFFER_BYTES);
        HttpConnectionFactory connections = new HttpConnectionFactory(http);
        if (isUnix(listen)) {
            // Jetty takes a missing Host from the address, and a Unix socket's address has none.
            http.setServerAuthority(new HostPort("localhost"));
            listener = new UnixListener(jetty, Path.of(listen.getPath()), connections);
        } else {
            listener = tcp(connections);
        }
    }

    /** Whether a socket can be made in a folder: the folder exists, and its path is short enough for {@link UnixListener}. */
    public static boolean takesSocket(Path folder) {
        return Files.isDirectory(folder)
                && folder.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_UNIX_FOLDER_BYTES;
    }

    private Listener tcp(HttpConnectionFactory connections) {
        ServerConnector connector = new ServerConnector(jetty, 1, 1, connections);
        UrlHost host = UrlHost.of(listen);
        connector.setHost(host.name());
        connector.setPort(host.port());
        jetty.addConnector(connector);
        return new Listener() {
            @Override
            public void bind() throws IOException {
                connector.open();
            }

            @Override
            public void open() {
                // The connector accepts connections from the start of the server on.
            }

            @Override
            public void close() {
                connector.close();
            }
        };
    }

    /**
     * Takes the address, and answers nothing yet.
     *
     * @throws CannotListenException if the address cannot be taken
     */
    public void bind() {
        try {
            listener.bind();
            isBound = true;
        } catch (IOException e) {
            throw new CannotListenException(listen, e);
        }
    }

    /**
     * Begins to answer; listens, if it did not.
     *
     * @throws CannotListenException if the address cannot be taken
     */
    public void start() {
        if (!isBound) {
            bind();
        }
        try {
            jetty.start();
            listener.open();
        } catch (IOException e) {
            throw new CannotListenException(listen, e);
        } catch (Exception e) {
            throw new IllegalStateException("the API cannot be started", e);
        }
    }

    /**
     * Ends the requests under way. Clients that have their answer and still send get a moment to end: the reset of their connections
     * could destroy the answer.
     */
    @Override
    public void close() {
        awaitRequests();
        try {
            jetty.stop();
        } catch (Exception e) {
            LOG.warn("the API did not stop cleanly", e);
        }
        listener.close();
    }

    private void awaitRequests() {
        if (!jetty.isRunning()) {
            return;
        }
        try {
            requests.shutdown().get(lastBytes.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.info("{} requests have not ended within {} and are cut", requests.getCurrentRequestCount(), lastBytes);
        } catch (ExecutionException e) {
            LOG.warn("the API's requests did not end cleanly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
