package dev.rafthttp.client;

import dev.rafthttp.UrlHost;
import java.net.URI;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Jetty's client, for all hosts that {@link UrlHost} accepts. Jetty's own client refuses some of them, such as
 * {@code a_b}.
 */
public class AnyHostClient extends HttpClient {
    /** A host that Jetty accepts. No request goes there. */
    private static final String STAND_IN = "host.invalid";

    /** Makes a client over Jetty's default transport, with or without TLS. */
    public AnyHostClient() {}

    /** Makes a client over the connections of a transport. */
    public AnyHostClient(HttpClientTransport transport) {
        super(transport);
    }

    @Override
    public Request newRequest(URI url) {
        if (url.getHost() != null || url.getRawAuthority() == null) {
            return super.newRequest(url);
        }
        UrlHost host = UrlHost.of(url);
        String text = url.toString();
        int start = url.getScheme().length() + "://".length();
        URI asJettyTakesIt = URI.create(text.substring(0, start)
                + STAND_IN
                + text.substring(start + url.getRawAuthority().length()));
        Request request = super.newRequest(asJettyTakesIt).host(host.name());
        return request.port(host.port() < 0 ? request.getPort() : host.port());
    }

    @Override
    public void close() {
        LifeCycle.stop(this);
    }
}
