package dev.rafthttp.tls;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Reads the certificates of a PEM file. */
final class Certificates {
    private static final String LABEL = "CERTIFICATE";

    private Certificates() {}

    /** In the order of the file; 1 or more. */
    static List<X509Certificate> read(PemFile file) throws UnusableException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (PemFile.Block block : file.labelled(LABEL)) {
            try {
                CertificateFactory x509 = CertificateFactory.getInstance("X.509");
                certificates.add((X509Certificate) x509.generateCertificate(new ByteArrayInputStream(block.bytes())));
            } catch (CertificateException e) {
                throw new UnusableException("holds a certificate that is damaged: " + e.getMessage(), e);
            }
        }
        if (certificates.isEmpty()) {
            throw new UnusableException("holds no certificate");
        }
        return certificates;
    }
}
