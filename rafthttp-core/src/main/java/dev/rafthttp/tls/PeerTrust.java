package dev.rafthttp.tls;

import java.net.Socket;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a peer if the CA does and its own certificate is allowed and not revoked, whichever of the two dials. The JDK's trust manager checks
 * the chain first, and the host if the peer is dialled. Immutable.
 */
final class PeerTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager issuers;
    private final AllowedPeers allowed;
    private final RevokedCertificates revoked;

    PeerTrust(X509ExtendedTrustManager issuers, AllowedPeers allowed, RevokedCertificates revoked) {
        this.issuers = issuers;
        this.allowed = allowed;
        this.revoked = revoked;
    }

    /** @param chain as the JDK has checked it; the peer's own certificate is the first */
    private void check(X509Certificate[] chain) throws CertificateException {
        for (X509Certificate each : chain) {
            String revocation = revoked.refusal(each).orElse(null);
            if (revocation != null) {
                // For this cause the JDK sends the alert certificate_revoked, if this member dials.
                throw new CertificateException(
                        revocation, new CertPathValidatorException(revocation, null, null, -1, BasicReason.REVOKED));
            }
        }
        String refusal = allowed.refusal(chain[0]).orElse(null);
        if (refusal != null) {
            throw new PeerNotAllowedException(refusal);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        issuers.checkClientTrusted(chain, authType, engine);
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        issuers.checkClientTrusted(chain, authType, socket);
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        issuers.checkClientTrusted(chain, authType);
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        issuers.checkServerTrusted(chain, authType, engine);
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        issuers.checkServerTrusted(chain, authType, socket);
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        issuers.checkServerTrusted(chain, authType);
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return issuers.getAcceptedIssuers();
    }
}
