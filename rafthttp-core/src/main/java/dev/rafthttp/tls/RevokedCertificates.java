package dev.rafthttp.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The lists of a CRL file, in PEM or DER. A certificate is revoked if a list of its issuer has its serial number, also after the
 * time when the issuer wanted to publish the next list. Immutable.
 */
final class RevokedCertificates {
    /** No list. */
    static final RevokedCertificates NONE = new RevokedCertificates(List.of());

    private static final String PEM = "-----BEGIN ";
    private static final String LABEL = "X509 CRL";

    private final List<X509CRL> lists;

    private RevokedCertificates(List<X509CRL> lists) {
        this.lists = lists;
    }

    /** @param trusted the CAs; a list of one with its name must have its signature */
    static RevokedCertificates read(byte[] content, List<X509Certificate> trusted) throws UnusableException {
        List<X509CRL> lists = new ArrayList<>();
        if (new String(content, StandardCharsets.ISO_8859_1).contains(PEM)) {
            for (PemFile.Block block : PemFile.parse(content).labelled(LABEL)) {
                lists.addAll(parse(block.bytes()));
            }
        } else {
            lists.addAll(parse(content));
        }
        if (lists.isEmpty()) {
            throw new UnusableException("holds no CRL");
        }
        for (X509CRL list : lists) {
            checkSignature(list, trusted);
        }
        return new RevokedCertificates(List.copyOf(lists));
    }

    private static List<X509CRL> parse(byte[] der) throws UnusableException {
        try {
            Collection<? extends CRL> found =
                    CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(der));
            return found.stream().map(X509CRL.class::cast).toList();
        } catch (GeneralSecurityException e) {
            throw new UnusableException("holds a CRL that is damaged: " + e.getMessage(), e);
        }
    }

    /** The lists of intermediate CAs cannot be checked, since only members have their certificates. */
    private static void checkSignature(X509CRL list, List<X509Certificate> trusted) throws UnusableException {
        List<X509Certificate> issuers = trusted.stream()
                .filter(ca -> ca.getSubjectX500Principal().equals(list.getIssuerX500Principal()))
                .toList();
        if (!issuers.isEmpty() && issuers.stream().noneMatch(ca -> isSigned(list, ca))) {
            throw new UnusableException("holds a CRL of "
                    + CertificateNames.shortened(list.getIssuerX500Principal().getName())
                    + " that the trusted CA of this name did not sign");
        }
    }

    private static boolean isSigned(X509CRL list, X509Certificate by) {
        try {
            list.verify(by.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Why a certificate is not valid, in words; empty if no list has it. */
    Optional<String> refusal(X509Certificate certificate) {
        for (X509CRL list : lists) {
            X509CRLEntry entry = list.getRevokedCertificate(certificate);
            if (entry != null) {
                return Optional.of("the certificate of " + CertificateNames.describe(certificate) + " is revoked since "
                        + entry.getRevocationDate().toInstant() + ", by the CRL of "
                        + CertificateNames.shortened(
                                list.getIssuerX500Principal().getName()));
            }
        }
        return Optional.empty();
    }
}
