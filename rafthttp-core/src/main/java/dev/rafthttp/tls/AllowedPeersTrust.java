package dev.rafthttp.tls;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a peer if the CA does and its own certificate is allowed, whichever of the two dials. The JDK's trust manager checks
 * the chain first, and the host if the peer is dialled. Immutable.
 */
final class AllowedPeersTrust extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager issuers;
    private final AllowedPeers allowed;

    AllowedPeersTrust(X509ExtendedTrustManager issuers, AllowedPeers allowed) {
        this.issuers = issuers;
        this.allowed = allowed;
    }

    /** @param chain as the JDK has checked it; the peer's own certificate is the first */
    private void check(X509Certificate[] chain) throws PeerNotAllowedException {
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
