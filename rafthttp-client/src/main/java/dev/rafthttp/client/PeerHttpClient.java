package dev.rafthttp.client;

import dev.rafthttp.TransportConfig;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.runtime.TlsReloader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Jetty's HTTP client of a transport, set up for few, long-lived, busy connections between servers that know each
 * other.
 *
 * <p>No listener of its responses blocks. The selector's own thread therefore reads streams and acknowledgements. Every
 * peer sends acknowledgements all the time; handing them over would need a thread per peer.
 */
final class PeerHttpClient {
    /** Two streams, posts up to their configured limit of 64, snapshots, and a probe. */
    private static final int MAX_CONNECTIONS_PER_PEER = 2 + 64 + Peer.MAX_SNAPSHOTS + 1;

    /**
     * The largest buffer that Jetty's pool keeps, for the streams of etcd's dialect. An idle stream holds no buffer.
     */
    private static final int RESPONSE_BUFFER_BYTES = 64 << 10;

    /** For a connection without a stream. A loaded machine may take this long from the connect to the request. */
    private static final Duration MIN_IDLE = Duration.ofSeconds(2);

    /** WIRE: etcd closes a connection that was silent for 5 s. A request that is sent at that moment fails. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(4);

    private final HttpClient http;

    /**
     * Makes a client; nothing runs before {@link #start}.
     *
     * @param tls for peers whose URLs are https; empty: the JVM's default
     */
    PeerHttpClient(TransportConfig config, Executor executor, Optional<TlsReloader> tls) {
        ClientConnector connector = new PeerConnector();
        tls.map(ClientTls::following).ifPresent(connector::setSslContextFactory);
        connector.setSelectors(1);
        connector.setExecutor(executor);
        connector.setConnectTimeout(config.dialTimeout());
        Duration idle = idleTimeout(config.probeInterval());
        connector.setIdleTimeout(idle);
        HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(connector);
        transport.setInvocationType(InvocationType.NON_BLOCKING);
        http = new AnyHostClient(transport);
        http.setExecutor(executor);
        Scheduler scheduler = new ScheduledExecutorScheduler("rafthttp-" + config.memberId() + "-client", true);
        http.setScheduler(scheduler);
        http.setConnectTimeout(config.dialTimeout().toMillis());
        http.setDestinationIdleTimeout(idle.toMillis());
        http.setMaxConnectionsPerDestination(MAX_CONNECTIONS_PER_PEER);
        http.setResponseBufferSize(RESPONSE_BUFFER_BYTES);
        http.setFollowRedirects(false);
        http.setUserAgentField(null);
        http.setHttpCookieStore(new HttpCookieStore.Empty());
        http.setSocketAddressResolver(new PeerAddresses(executor, scheduler, config.dialTimeout()));
    }

    HttpClient jetty() {
        return http;
    }

    /** Starts the client. The executor must be running. */
    void start() throws Exception {
        http.start();
        // These can only be set on a started client.
        http.getProtocolHandlers().clear();
        http.getProtocolHandlers().put(new ContinueProtocolHandler());
        http.getContentDecoderFactories().clear();
    }

    /** Closes every connection. */
    void stop() throws Exception {
        http.stop();
    }

    /** Idle connections and cached destinations of a removed peer expire after this time. */
    private static Duration idleTimeout(Duration probeInterval) {
        Duration twoProbes = probeInterval.multipliedBy(2);
        Duration atLeast = twoProbes.compareTo(MIN_IDLE) < 0 ? MIN_IDLE : twoProbes;
        return atLeast.compareTo(MAX_IDLE) > 0 ? MAX_IDLE : atLeast;
    }
}
