package dev.rafthttp.tls;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * Which of the certificates that the trusted CA issued are those of peers; etcd's {@code AllowedCNs} and {@code
 * AllowedHostnames}. Only one of the lists may have entries. Without any, all certificates of the CA are allowed.
 *
 * @param commonNames a peer's certificate must have one of these as its CN, with the same case
 * @param hostnames a peer's certificate must be valid for one of these: its subject alternative names hold the host name,
 *     the IP address, or {@code *.} and all labels of the host name but the first. The CN is not considered
 */
public record AllowedPeers(List<String> commonNames, List<String> hostnames) {
    /** Every certificate of the trusted CA is allowed. */
    public static final AllowedPeers ANY = new AllowedPeers(List.of(), List.of());

    /**
     * Checks the lists against each other.
     *
     * @throws IllegalArgumentException if both lists have entries, or an entry is empty; its message has the values
     */
    public AllowedPeers {
        commonNames = List.copyOf(commonNames);
        hostnames = List.copyOf(hostnames);
        if (!commonNames.isEmpty() && !hostnames.isEmpty()) {
            throw new IllegalArgumentException(
                    "allowed CNs and allowed host names are mutually exclusive, but there are the CNs " + commonNames
                            + " and the host names " + hostnames);
        }
        if (commonNames.contains("") || hostnames.contains("")) {
            throw new IllegalArgumentException("allowed CNs " + commonNames + " or host names " + hostnames
                    + " have an entry that is empty; expected 1 character or more");
        }
    }

    /** Allows certificates with one of these CNs; etcd's {@code --peer-cert-allowed-cn}. */
    public static AllowedPeers withCommonName(String... commonNames) {
        return new AllowedPeers(List.of(commonNames), List.of());
    }

    /** Allows certificates for one of these hosts; etcd's {@code --peer-cert-allowed-hostname}. */
    public static AllowedPeers withHostname(String... hostnames) {
        return new AllowedPeers(List.of(), List.of(hostnames));
    }

    /** Whether there is no list, so that every certificate of the trusted CA is allowed. */
    public boolean isAny() {
        return commonNames.isEmpty() && hostnames.isEmpty();
    }

    /** Why a certificate of the trusted CA is not allowed, in words; empty if it is. */
    Optional<String> refusal(X509Certificate certificate) {
        if (!commonNames.isEmpty()) {
            Optional<String> name = CertificateNames.commonName(certificate);
            return name.filter(commonNames::contains).isPresent()
                    ? Optional.empty()
                    : refusal(certificate, "CNs", commonNames);
        }
        boolean isAllowed =
                hostnames.isEmpty() || hostnames.stream().anyMatch(host -> CertificateNames.cover(certificate, host));
        return isAllowed ? Optional.empty() : refusal(certificate, "host names", hostnames);
    }

    private static Optional<String> refusal(X509Certificate certificate, String kind, List<String> list) {
        return Optional.of("none of the allowed " + kind + " " + CertificateNames.shortened(list.toString())
                + " is in the certificate of " + CertificateNames.describe(certificate));
    }
}
