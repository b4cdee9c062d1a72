package dev.rafthttp.client;

import dev.rafthttp.tls.CertificateNames;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS to peers. A certificate must be for the host that is dialled. The JDK checks that, except that it refuses every
 * certificate for a host with {@code _}. For such a host this class checks the certificate, as Go does.
 */
class AnyHostTls extends SslContextFactory.Client {
    private static final Logger LOG = LoggerFactory.getLogger(AnyHostTls.class);

    AnyHostTls() {
        setEndpointIdentificationAlgorithm("HTTPS");
        setHostnameVerifier((host, session) -> isCheckedByJdk(host) || isFor(host, session));
    }

    private static boolean isCheckedByJdk(@Nullable String host) {
        return host == null || host.indexOf('_') < 0;
    }

    @Override
    public void customize(SSLEngine engine) {
        super.customize(engine);
        if (!isCheckedByJdk(engine.getPeerHost())) {
            SSLParameters parameters = engine.getSSLParameters();
            // Null would keep the algorithm that is set.
            parameters.setEndpointIdentificationAlgorithm("");
            engine.setSSLParameters(parameters);
        }
    }

    private static boolean isFor(String host, SSLSession session) {
        try {
            return CertificateNames.cover((X509Certificate) session.getPeerCertificates()[0], host);
        } catch (SSLPeerUnverifiedException e) {
            LOG.debug("{} has no certificate", host, e);
            return false;
        }
    }
}
