package dev.rafthttp.server;

import dev.rafthttp.runtime.TlsReloader;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets Jetty's TLS up for peers that dial: presents this member's certificate, and asks for theirs if so configured.
 */
final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final SslContextFactory.Server tls = new SslContextFactory.Server();

    /** Uses the files as they are now, and again whenever they have changed. */
    ServerTls(TlsReloader files) {
        tls.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        tls.setNeedClientAuth(files.files().clientCertAuth());
        files.follow(this::use);
    }

    /** Open connections keep the context with which they began. */
    private void use(SSLContext context) {
        if (!tls.isRunning()) {
            tls.setSslContext(context);
            return;
        }
        try {
            tls.reload(same -> same.setSslContext(context));
        } catch (Exception e) {
            LOG.error("the changed files of peer TLS cannot be used for peers that dial", e);
        }
    }

    /** Whether peers that dial need a certificate, for the log. */
    String asks() {
        return tls.getNeedClientAuth()
                ? "; peers that dial need a certificate of the trusted CA"
                : "; peers that dial need no certificate";
    }

    /** @param next the protocol inside */
    SslConnectionFactory connectionFactory(String next) {
        SslConnectionFactory factory = new SslConnectionFactory(tls, next);
        // It would compare our certificate with the host that a request names. The peers verify our certificate.
        factory.setEnsureSecureRequestCustomizer(false);
        return factory;
    }
}
