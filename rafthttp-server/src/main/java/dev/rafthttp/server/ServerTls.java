package dev.rafthttp.server;

import dev.rafthttp.runtime.TlsReloader;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jetty's half of TLS from the peers that dial: shows them our certificate, and asks for theirs if so configured. */
final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final SslContextFactory.Server tls = new SslContextFactory.Server();

    /** Uses the files as they are, and as they will be. */
    ServerTls(TlsReloader files) {
        tls.setIncludeProtocols("TLSv1.2", "TLSv1.3");
        tls.setNeedClientAuth(files.files().clientCertAuth());
        files.follow(this::use);
    }

    /** Connections that there are keep what they began with. */
    private void use(SSLContext context) {
        if (!tls.isRunning()) {
            tls.setSslContext(context);
            return;
        }
        try {
            tls.reload(same -> same.setSslContext(context));
        } catch (Exception e) {
            LOG.error("the changed files of peer TLS are not used for peers that dial", e);
        }
    }

    /** What it asks of those that dial, for the log. */
    String asks() {
        return tls.getNeedClientAuth()
                ? ", and wants a certificate of the trusted CA from those that dial"
                : ", and wants no certificate from those that dial";
    }

    /** @param next the protocol inside */
    SslConnectionFactory connectionFactory(String next) {
        SslConnectionFactory factory = new SslConnectionFactory(tls, next);
        // It would compare the certificate with the host that a request names; peers verify whom they dial themselves.
        factory.setEnsureSecureRequestCustomizer(false);
        return factory;
    }
}
