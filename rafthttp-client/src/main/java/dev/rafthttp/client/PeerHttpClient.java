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
 * Jetty's HTTP client of a transport, set up for few, long-lived, busy connections between servers that know each other.
 *
 * <p>Nothing that it calls blocks, so the selector's own thread reads what arrives: streams, and the acknowledgements that come from
 * every peer all the time, and would take a thread a peer if each were handed to another one.
 */
final class PeerHttpClient {
    /** Two streams, posts up to their configured limit of 64, snapshots, and a probe. */
    private static final int MAX_CONNECTIONS_A_PEER = 2 + 64 + Peer.MAX_SNAPSHOTS + 1;

    /** As much as Jetty's buffer pool keeps, for the streams of etcd's dialect. None is held while nothing arrives. */
    private static final int RESPONSE_BUFFER_BYTES = 64 << 10;

    /** Of a connection that carries no stream. Not less: a loaded machine may take that long from connecting to the request. */
    private static final Duration MIN_IDLE = Duration.ofSeconds(2);

    /** WIRE: etcd closes a connection that was silent for 5 s; a request that is sent just then fails. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(4);

    private final HttpClient http;

    /**
     * Makes one; nothing runs before {@link #start}.
     *
     * @param tls of peers whose URLs are https; empty: as the JVM does it by default
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
        http.setMaxConnectionsPerDestination(MAX_CONNECTIONS_A_PEER);
        http.setResponseBufferSize(RESPONSE_BUFFER_BYTES);
        http.setFollowRedirects(false);
        http.setUserAgentField(null);
        http.setHttpCookieStore(new HttpCookieStore.Empty());
        http.setSocketAddressResolver(new PeerAddresses(executor, scheduler, config.dialTimeout()));
    }

    HttpClient jetty() {
        return http;
    }

    /** Starts it. The executor must be running. */
    void start() throws Exception {
        http.start();
        // What can be set on a started client only.
        http.getProtocolHandlers().clear();
        http.getProtocolHandlers().put(new ContinueProtocolHandler());
        http.getContentDecoderFactories().clear();
    }

    /** Closes every connection. */
    void stop() throws Exception {
        http.stop();
    }

    /** To a peer that was removed soon none is left, nor what Jetty knows of its address. */
    private static Duration idleTimeout(Duration probeInterval) {
        Duration twoProbes = probeInterval.multipliedBy(2);
        Duration atLeast = twoProbes.compareTo(MIN_IDLE) < 0 ? MIN_IDLE : twoProbes;
        return atLeast.compareTo(MAX_IDLE) > 0 ? MAX_IDLE : atLeast;
    }
}
