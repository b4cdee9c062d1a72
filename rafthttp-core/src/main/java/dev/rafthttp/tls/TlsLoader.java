package dev.rafthttp.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Goes through the files of peer TLS once, and notes what is wrong with each. Used by one thread. */
final class TlsLoader {
    /** A CA bundle of a whole operating system is a quarter of this. */
    private static final long MAX_FILE_BYTES = 1 << 20;

    /** Key stores want one, also if they are never written. */
    private static final char[] NO_PASSWORD = {};

    private final PeerTls tls;
    private final MessageDigest digest = sha256();
    private final Map<TlsFile, TlsMistake> mistakes = new EnumMap<>(TlsFile.class);

    TlsLoader(PeerTls tls) {
        this.tls = tls;
    }

    TlsMaterial load() throws TlsFilesException {
        Optional<PemFile> certificatePem = read(TlsFile.CERTIFICATE, tls.certFile());
        Optional<PemFile> keyPem = read(TlsFile.KEY, tls.keyFile());
        Optional<PemFile> trustedPem = tls.trustedCaFile().flatMap(path -> read(TlsFile.TRUSTED_CA, path));
        List<X509Certificate> chain = certificates(TlsFile.CERTIFICATE, tls.certFile(), certificatePem);
        PrivateKey key = chain.isEmpty() ? null : key(keyPem, chain.get(0));
        List<X509Certificate> trusted = tls.trustedCaFile()
                .map(path -> certificates(TlsFile.TRUSTED_CA, path, trustedPem))
                .orElse(List.of());
        RevokedCertificates revoked =
                tls.crlFile().map(path -> revoked(path, trusted)).orElse(RevokedCertificates.NONE);
        KeyManager[] keyManagers = key == null ? null : keyManagers(chain, key);
        if (keyManagers == null || !mistakes.isEmpty()) {
            throw new TlsFilesException(new ArrayList<>(mistakes.values()));
        }
        return new TlsMaterial(fingerprint(), chain.get(0), keyManagers, trustManagers(trusted, revoked));
    }

    /** The same for the same bytes in the files; empty if one cannot be read. */
    static Optional<String> fingerprint(PeerTls tls) {
        TlsLoader reader = new TlsLoader(tls);
        try {
            reader.content(TlsFile.CERTIFICATE, tls.certFile());
            reader.content(TlsFile.KEY, tls.keyFile());
            if (tls.trustedCaFile().isPresent()) {
                reader.content(TlsFile.TRUSTED_CA, tls.trustedCaFile().get());
            }
            if (tls.crlFile().isPresent()) {
                reader.content(TlsFile.CRL, tls.crlFile().get());
            }
            return Optional.of(reader.fingerprint());
        } catch (IOException | UnusableException toldOfByLoad) {
            return Optional.empty();
        }
    }

    private String fingerprint() {
        return HexFormat.of().formatHex(digest.digest());
    }

    private byte[] content(TlsFile file, Path path) throws IOException, UnusableException {
        if (Files.size(path) > MAX_FILE_BYTES) {
            throw new UnusableException("has more than " + MAX_FILE_BYTES + " bytes");
        }
        byte[] content = Files.readAllBytes(path);
        digest.update((byte) file.ordinal());
        digest.update(content);
        return content;
    }

    private Optional<PemFile> read(TlsFile file, Path path) {
        return read(file, path, PemFile::parse);
    }

    private RevokedCertificates revoked(Path path, List<X509Certificate> trusted) {
        return read(TlsFile.CRL, path, content -> RevokedCertificates.read(content, trusted))
                .orElse(RevokedCertificates.NONE);
    }

    private interface Format<T> {
        T parse(byte[] content) throws UnusableException;
    }

    private <T> Optional<T> read(TlsFile file, Path path, Format<T> format) {
        try {
            return Optional.of(format.parse(content(file, path)));
        } catch (NoSuchFileException e) {
            mistake(file, path, "is not there");
        } catch (IOException e) {
            mistake(file, path, "cannot be read: " + e);
        } catch (UnusableException e) {
            mistake(file, path, e.problem());
        }
        return Optional.empty();
    }

    private List<X509Certificate> certificates(TlsFile file, Path path, Optional<PemFile> pem) {
        try {
            return pem.isEmpty() ? List.of() : Certificates.read(pem.get());
        } catch (UnusableException e) {
            mistake(file, path, e.problem());
            return List.of();
        }
    }

    private @Nullable PrivateKey key(Optional<PemFile> pem, X509Certificate of) {
        try {
            return pem.isEmpty() ? null : PrivateKeys.read(pem.get(), of.getPublicKey());
        } catch (UnusableException e) {
            mistake(TlsFile.KEY, tls.keyFile(), e.problem());
            return null;
        }
    }

    private KeyManager @Nullable [] keyManagers(List<X509Certificate> chain, PrivateKey key) {
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry("member", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, NO_PASSWORD);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            mistake(TlsFile.CERTIFICATE, tls.certFile(), "cannot be used: " + e.getMessage());
            return null;
        }
    }

    private TrustManager[] trustManagers(List<X509Certificate> trusted, RevokedCertificates revoked) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            KeyStore store = null;
            if (!trusted.isEmpty()) {
                store = emptyStore();
                for (X509Certificate each : trusted) {
                    store.setCertificateEntry("ca" + store.size(), each);
                }
            }
            factory.init(store);
            TrustManager[] issuers = factory.getTrustManagers();
            boolean isAny = tls.allowed().isAny() && tls.crlFile().isEmpty();
            return isAny ? issuers : new TrustManager[] {peersOnly(issuers, revoked)};
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JVM has no trust manager", e);
        }
    }

    private TrustManager peersOnly(TrustManager[] issuers, RevokedCertificates revoked) {
        for (TrustManager each : issuers) {
            if (each instanceof X509ExtendedTrustManager trust) {
                return new PeerTrust(trust, tls.allowed(), revoked);
            }
        }
        throw new IllegalStateException("this JVM has no trust manager that could be asked before a list of peers");
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private void mistake(TlsFile file, Path path, String problem) {
        mistakes.putIfAbsent(file, new TlsMistake(file, path, problem));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
