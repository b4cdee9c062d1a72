package dev.rafthttp.tls;

/** What a file is for. */
public enum TlsFile {
    /** This member's certificate, and the certificates of those who issued it, up to the trusted one. */
    CERTIFICATE(
            "certificate file", "a PEM file with this member's certificate, and after it those of intermediate CAs"),
    /** The private key of that certificate. */
    KEY("key file", "a PEM file with the certificate's private key, not encrypted"),
    /** The certificates of those who are trusted to issue the peers' certificates. */
    TRUSTED_CA("trusted CA file", "a PEM file with the certificates of the CAs that issue the peers' certificates"),
    /** The certificates that those who are trusted have revoked. */
    CRL(
            "CRL file",
            "a PEM or DER file with certificate revocation lists of the CAs that issue the peers' certificates");

    private final String label;
    private final String expected;

    TlsFile(String label, String expected) {
        this.label = label;
        this.expected = expected;
    }

    /** What it is called in messages. */
    public String label() {
        return label;
    }

    /** What it has to hold, for messages. */
    public String expected() {
        return expected;
    }
}
