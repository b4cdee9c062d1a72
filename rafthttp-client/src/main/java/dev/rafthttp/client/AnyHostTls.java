package dev.rafthttp.client;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
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

    /** RFC 5280's GeneralName of a DNS name. */
    private static final Integer DNS_NAME = 2;

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
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .filter(name -> DNS_NAME.equals(name.get(0)))
                            .anyMatch(name -> matches(String.valueOf(name.get(1)), host));
        } catch (SSLPeerUnverifiedException | CertificateParsingException e) {
            LOG.debug("the certificate of {} names no host", host, e);
            return false;
        }
    }

    /** @param pattern a name. A first label of {@code *} stands for any one label */
    static boolean matches(String pattern, String host) {
        String name = host.toLowerCase(Locale.ROOT);
        String given = pattern.toLowerCase(Locale.ROOT);
        int dot = name.indexOf('.');
        return given.equals(name) || dot > 0 && given.equals("*" + name.substring(dot));
    }
}
