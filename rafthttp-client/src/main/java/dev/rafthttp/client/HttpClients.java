package dev.rafthttp.client;

import dev.rafthttp.TransportConfig;
import java.util.concurrent.Executor;
import org.eclipse.jetty.client.ContinueProtocolHandler;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** Sets Jetty's HTTP client up for few, long-lived, busy connections between servers that know each other. */
final class HttpClients {
    /** Two streams, posts up to their configured limit of 64, and a probe. */
    private static final int MAX_CONNECTIONS_A_PEER = 2 + 64 + 1;

    /** Answers are eight bytes now and then, or one short line. */
    private static final int RESPONSE_BUFFER_BYTES = 4 << 10;

    private HttpClients() {}

    static HttpClient create(TransportConfig config, Executor executor) {
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setExecutor(executor);
        connector.setConnectTimeout(config.dialTimeout());
        HttpClient http = new HttpClient(new HttpClientTransportOverHTTP(connector));
        http.setExecutor(executor);
        http.setScheduler(new ScheduledExecutorScheduler("rafthttp-" + config.memberId() + "-client", true));
        http.setConnectTimeout(config.dialTimeout().toMillis());
        http.setMaxConnectionsPerDestination(MAX_CONNECTIONS_A_PEER);
        http.setResponseBufferSize(RESPONSE_BUFFER_BYTES);
        http.setFollowRedirects(false);
        http.setUserAgentField(null);
        http.setHttpCookieStore(new HttpCookieStore.Empty());
        http.setAddressResolutionTimeout(config.dialTimeout().toMillis());
        return http;
    }

    /** What can be set on a started client only. */
    static void trim(HttpClient http) {
        http.getProtocolHandlers().clear();
        http.getProtocolHandlers().put(new ContinueProtocolHandler());
        http.getContentDecoderFactories().clear();
    }
}
