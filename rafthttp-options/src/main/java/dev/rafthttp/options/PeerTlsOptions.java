package dev.rafthttp.options;

import dev.rafthttp.tls.AllowedPeers;
import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsFile;
import dev.rafthttp.tls.TlsMistake;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** TLS between members, in etcd's options. */
public final class PeerTlsOptions {
    static final String CERT_FILE = "--peer-cert-file";
    static final String KEY_FILE = "--peer-key-file";
    static final String TRUSTED_CA_FILE = "--peer-trusted-ca-file";
    static final String CLIENT_CERT_AUTH = "--peer-client-cert-auth";
    static final String ALLOWED_CN = "--peer-cert-allowed-cn";
    static final String ALLOWED_HOSTNAME = "--peer-cert-allowed-hostname";
    static final String CRL_FILE = "--peer-crl-file";

    @Option(
            names = CERT_FILE,
            paramLabel = "FILE",
            description = "this member's certificate, PEM, which it shows to peers (default: no TLS)")
    public @Nullable String certFile;

    @Option(names = KEY_FILE, paramLabel = "FILE", description = "the certificate's private key, PEM, not encrypted")
    public @Nullable String keyFile;

    @Option(
            names = TRUSTED_CA_FILE,
            paramLabel = "FILE",
            description =
                    "the CA that must have issued the peers' certificates, PEM (default: the CAs that Java trusts)")
    public @Nullable String trustedCaFile;

    @Option(
            names = CLIENT_CERT_AUTH,
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "a peer that dials must also have a certificate of that CA (default false)")
    public @Nullable String clientCertAuth;

    @Option(
            names = ALLOWED_CN,
            paramLabel = "CN,…",
            description = "with " + CLIENT_CERT_AUTH
                    + ", a peer's certificate must have one of these CNs (default: any of that CA)")
    public @Nullable String allowedCn;

    @Option(
            names = ALLOWED_HOSTNAME,
            paramLabel = "HOST,…",
            description = "instead of " + ALLOWED_CN
                    + ", a peer's certificate must name one of these hosts or IP addresses as a SAN")
    public @Nullable String allowedHostname;

    @Option(
            names = CRL_FILE,
            paramLabel = "FILE",
            description = "the certificates that those CAs have revoked: CRLs, PEM or DER (default: none)")
    public @Nullable String crlFile;

    /**
     * Checks these options against each other, against where the command listens, and by reading the files. Adds what is wrong to
     * the mistakes.
     *
     * @param listenPeers where peers reach this member
     * @param listenOption the option that says so
     * @return empty if there is to be no TLS, or something is wrong
     */
    public Optional<PeerTls> check(List<URI> listenPeers, String listenOption, Mistakes mistakes) {
        Optional<Boolean> auth =
                Values.parse(CLIENT_CERT_AUTH, clientCertAuth, PeerTlsOptions::parseBoolean, "true or false", mistakes);
        boolean asksPeers = auth.orElse(false);
        AllowedPeers allowed = allowed(asksPeers || auth.isEmpty() && clientCertAuth != null, mistakes);
        Optional<String> reason = reason(asksPeers);
        checkSchemes(listenPeers, listenOption, reason.isPresent(), mistakes);
        if (reason.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> certificate = required(CERT_FILE, certFile, TlsFile.CERTIFICATE, reason.get(), mistakes);
        Optional<Path> key = required(KEY_FILE, keyFile, TlsFile.KEY, reason.get(), mistakes);
        Optional<Path> trusted = asksPeers
                ? required(TRUSTED_CA_FILE, trustedCaFile, TlsFile.TRUSTED_CA, CLIENT_CERT_AUTH, mistakes)
                : path(TRUSTED_CA_FILE, trustedCaFile, TlsFile.TRUSTED_CA, mistakes);
        Optional<Path> revoked = path(CRL_FILE, crlFile, TlsFile.CRL, mistakes);
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        boolean asks = asksPeers && trusted.isPresent();
        PeerTls tls =
                new PeerTls(certificate.get(), key.get(), trusted, asks, asks ? allowed : AllowedPeers.ANY, revoked);
        tls.mistakes().forEach(mistake -> add(mistake, mistakes));
        return Optional.of(tls);
    }

    /** @return no list if there is a mistake in one */
    private AllowedPeers allowed(boolean asksPeers, Mistakes mistakes) {
        List<String> names = list(
                ALLOWED_CN, allowedCn, "CNs, of 1 character or more each, with commas between", asksPeers, mistakes);
        List<String> hosts = list(
                ALLOWED_HOSTNAME,
                allowedHostname,
                "host names or IP addresses, with commas between",
                asksPeers,
                mistakes);
        if (allowedCn != null && allowedHostname != null) {
            mistakes.add(
                    ALLOWED_HOSTNAME,
                    allowedHostname,
                    "nothing, since there is " + ALLOWED_CN + " \"" + allowedCn + "\"");
            return AllowedPeers.ANY;
        }
        return new AllowedPeers(names, hosts);
    }

    private static List<String> list(
            String option, @Nullable String value, String expected, boolean asksPeers, Mistakes mistakes) {
        if (value == null) {
            return List.of();
        }
        if (!asksPeers) {
            mistakes.add(option, value, "nothing, or else " + CLIENT_CERT_AUTH);
            return List.of();
        }
        List<String> entries =
                Stream.of(value.split(",", -1)).map(String::strip).toList();
        if (entries.contains("")) {
            mistakes.add(option, value, expected);
            return List.of();
        }
        return entries;
    }

    private static boolean parseBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** The option that says that there is to be TLS, if one does. */
    private Optional<String> reason(boolean asksPeers) {
        return Stream.of(
                        certFile == null ? null : CERT_FILE,
                        keyFile == null ? null : KEY_FILE,
                        trustedCaFile == null ? null : TRUSTED_CA_FILE,
                        crlFile == null ? null : CRL_FILE,
                        asksPeers ? CLIENT_CERT_AUTH : null)
                .flatMap(Stream::ofNullable)
                .findFirst();
    }

    private static void checkSchemes(List<URI> listenPeers, String listenOption, boolean tls, Mistakes mistakes) {
        String scheme = tls ? "https" : "http";
        String expected =
                tls ? "https, since there is " + CERT_FILE : "http, or else " + CERT_FILE + " and " + KEY_FILE;
        for (URI url : listenPeers) {
            if (!url.getScheme().equals(scheme)) {
                mistakes.add(listenOption, url.toString(), expected);
            }
        }
    }

    private static Optional<Path> required(
            String option, @Nullable String value, TlsFile file, String since, Mistakes mistakes) {
        if (value == null) {
            mistakes.missing(option, file.expected() + ", since there is " + since);
        }
        return path(option, value, file, mistakes);
    }

    private static Optional<Path> path(String option, @Nullable String value, TlsFile file, Mistakes mistakes) {
        return Values.path(option, value, file.expected(), mistakes);
    }

    private static void add(TlsMistake mistake, Mistakes mistakes) {
        String option = switch (mistake.file()) {
            case CERTIFICATE -> CERT_FILE;
            case KEY -> KEY_FILE;
            case TRUSTED_CA -> TRUSTED_CA_FILE;
            case CRL -> CRL_FILE;
        };
        mistakes.add(
                option, mistake.path().toString(), mistake.file().expected() + "; but the file " + mistake.problem());
    }
}
