package dev.rafthttp.client;

import dev.rafthttp.runtime.TlsReloader;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Jetty's half of TLS to the peers that are dialled. A peer's certificate must be of the trusted CA, and for the host or IP
 * address in the URL that is dialled; ours is shown if it asks.
 */
final class ClientTls {
    private static final Logger LOG = LoggerFactory.getLogger(ClientTls.class);

    private ClientTls() {}

    /** Makes one, which uses the files as they are, and as they will be. */
    static SslContextFactory.Client following(TlsReloader files) {
        SslContextFactory.Client tls = new AnyHostTls();
        tls.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        files.follow(context -> use(tls, context));
        return tls;
    }

    /** Connections that there are keep what they began with. */
    private static void use(SslContextFactory.Client tls, SSLContext context) {
        if (!tls.isRunning()) {
            tls.setSslContext(context);
            return;
        }
        try {
            tls.reload(same -> same.setSslContext(context));
        } catch (Exception e) {
            LOG.error("the changed files of peer TLS are not used to dial peers", e);
        }
    }
}
