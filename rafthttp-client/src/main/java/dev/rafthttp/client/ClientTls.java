package dev.rafthttp.client;

import dev.rafthttp.runtime.TlsReloader;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets Jetty's TLS up for connections to peers. A peer's certificate must be of the trusted CA, and for the host or IP
 * address in the URL that is dialled. This member presents its own certificate if the peer asks for it.
 */
final class ClientTls {
    private static final Logger LOG = LoggerFactory.getLogger(ClientTls.class);

    private ClientTls() {}

    /** Makes a factory that uses the files as they are now, and again whenever they have changed. */
    static SslContextFactory.Client following(TlsReloader files) {
        SslContextFactory.Client tls = new AnyHostTls();
        tls.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        files.follow(context -> use(tls, context));
        return tls;
    }

    /** Open connections keep the context with which they began. */
    private static void use(SslContextFactory.Client tls, SSLContext context) {
        if (!tls.isRunning()) {
            tls.setSslContext(context);
            return;
        }
        try {
            tls.reload(same -> same.setSslContext(context));
        } catch (Exception e) {
            LOG.error("the changed files of peer TLS cannot be used to dial peers", e);
        }
    }
}
