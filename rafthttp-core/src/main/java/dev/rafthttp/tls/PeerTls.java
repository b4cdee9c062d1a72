package dev.rafthttp.tls;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * TLS between members: the PEM files of one of them; etcd's {@code transport.TLSInfo}. The same certificate is shown to peers
 * that dial and to peers that are dialled. The files are read again when they change.
 *
 * @param certFile this member's certificate, and those of its issuers below the trusted ones; must name, as its subject
 *     alternative names, the hosts and IP addresses in this member's peer URLs
 * @param keyFile the certificate's private key, PKCS#8, PKCS#1 or SEC1, not encrypted
 * @param trustedCaFile who may have issued the peers' certificates; empty: whom the JVM trusts by default
 * @param clientCertAuth whether peers that dial must have a certificate of the trusted CA; those that are dialled always must
 * @param allowed which certificates of the trusted CA are those of peers, also of peers that are dialled
 * @param crlFile which certificates the CAs have revoked, also of peers that are dialled; empty: none
 */
public record PeerTls(
        Path certFile,
        Path keyFile,
        Optional<Path> trustedCaFile,
        boolean clientCertAuth,
        AllowedPeers allowed,
        Optional<Path> crlFile) {

    /**
     * Checks that it makes sense; not the files, which {@link #mistakes} does.
     *
     * @throws IllegalArgumentException if dialling peers must have a certificate, but of no CA in particular; or if only some
     *     certificates are allowed, but dialling peers need none
     */
    public PeerTls {
        if (clientCertAuth && trustedCaFile.isEmpty()) {
            throw new IllegalArgumentException("peers are to show a certificate, but there is no trusted CA file: any"
                    + " certificate of a public CA would do");
        }
        if (!clientCertAuth && !allowed.isAny()) {
            throw new IllegalArgumentException("only some certificates are allowed, by CN " + allowed.commonNames()
                    + " or host name " + allowed.hostnames() + ", but peers that dial need no certificate");
        }
    }

    /** Peers are shown a certificate, which they verify; nothing is asked of those that dial. */
    public static PeerTls of(Path certFile, Path keyFile) {
        return new PeerTls(certFile, keyFile, Optional.empty(), false, AllowedPeers.ANY, Optional.empty());
    }

    /** Both ends of every connection have a certificate of one CA, and verify the other's. */
    public static PeerTls mutual(Path certFile, Path keyFile, Path trustedCaFile) {
        return new PeerTls(certFile, keyFile, Optional.of(trustedCaFile), true, AllowedPeers.ANY, Optional.empty());
    }

    /**
     * The same files, for these peers only. Holds for peers that dial and for peers that are dialled.
     *
     * @throws IllegalArgumentException if peers that dial need no certificate
     */
    public PeerTls allowing(AllowedPeers peers) {
        return new PeerTls(certFile, keyFile, trustedCaFile, clientCertAuth, peers, crlFile);
    }

    /**
     * The same, without the certificates that a file says to be revoked. Holds for peers that dial and for peers that are
     * dialled. The file is read again when it changes.
     *
     * @param file CRLs, one or more, in PEM or DER; at most 1 MiB
     */
    public PeerTls refusingRevoked(Path file) {
        return new PeerTls(certFile, keyFile, trustedCaFile, clientCertAuth, allowed, Optional.of(file));
    }

    /** Reads the files and tells everything that is wrong with them now; empty if nothing is. */
    public List<TlsMistake> mistakes() {
        try {
            TlsMaterial.load(this);
            return List.of();
        } catch (TlsFilesException e) {
            return e.mistakes();
        }
    }
}
