package dev.rafthttp.tls;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** What the files of peer TLS held at one moment. Immutable. */
public final class TlsMaterial {
    private final String fingerprint;
    private final X509Certificate certificate;
    private final KeyManager[] keyManagers;
    private final TrustManager[] trustManagers;

    TlsMaterial(
            String fingerprint, X509Certificate certificate, KeyManager[] keyManagers, TrustManager[] trustManagers) {
        this.fingerprint = fingerprint;
        this.certificate = certificate;
        this.keyManagers = keyManagers;
        this.trustManagers = trustManagers;
    }

    /**
     * Reads the files and checks that they can be used together. Takes milliseconds, and blocks for that.
     *
     * @throws TlsFilesException naming every file that cannot be used, and why
     */
    public static TlsMaterial load(PeerTls tls) throws TlsFilesException {
        return new TlsLoader(tls).load();
    }

    /** A context of its own: none resumes sessions of another, and so none trusts what an older one did. */
    public SSLContext newContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers, trustManagers, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /** This member's certificate. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** Whether the files hold the very same bytes now. Only reads them, which blocks. */
    public boolean isStillIn(PeerTls tls) {
        return TlsLoader.fingerprint(tls).filter(fingerprint::equals).isPresent();
    }
}
