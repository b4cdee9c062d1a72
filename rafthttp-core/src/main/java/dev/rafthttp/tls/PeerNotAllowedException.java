package dev.rafthttp.tls;

import java.security.cert.CertificateException;

/**
 * A peer's certificate is of the trusted CA, but not on the list of those that are allowed. The message names the certificate
 * and the list. Ends the handshake.
 */
public final class PeerNotAllowedException extends CertificateException {
    private static final long serialVersionUID = 1;

    PeerNotAllowedException(String message) {
        super(message);
    }
}
