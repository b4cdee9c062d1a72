package dev.rafthttp.sidecar.member;

import dev.rafthttp.sidecar.options.Mistakes;
import dev.rafthttp.sidecar.options.Values;
import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsFile;
import dev.rafthttp.tls.TlsMistake;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks a sidecar's options of peer TLS against each other, against where it listens, and by reading the files. Used once. */
final class TlsChecks {
    private final SidecarFlags flags;
    private final Mistakes mistakes;

    TlsChecks(SidecarFlags flags, Mistakes mistakes) {
        this.flags = flags;
        this.mistakes = mistakes;
    }

    /**
     * Adds what is wrong to the mistakes.
     *
     * @return empty if there is to be no TLS, or something is wrong
     */
    Optional<PeerTls> conclude(List<URI> listenPeers) {
        boolean clientCertAuth = Values.parse(
                        SidecarFlags.CLIENT_CERT_AUTH,
                        flags.clientCertAuth,
                        TlsChecks::parseBoolean,
                        "true or false",
                        mistakes)
                .orElse(false);
        Optional<String> reason = reason(clientCertAuth);
        checkSchemes(listenPeers, reason.isPresent());
        if (reason.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> certificate =
                required(SidecarFlags.CERT_FILE, flags.certFile, TlsFile.CERTIFICATE, reason.get());
        Optional<Path> key = required(SidecarFlags.KEY_FILE, flags.keyFile, TlsFile.KEY, reason.get());
        Optional<Path> trusted = clientCertAuth
                ? required(
                        SidecarFlags.TRUSTED_CA_FILE,
                        flags.trustedCaFile,
                        TlsFile.TRUSTED_CA,
                        SidecarFlags.CLIENT_CERT_AUTH)
                : path(SidecarFlags.TRUSTED_CA_FILE, flags.trustedCaFile, TlsFile.TRUSTED_CA);
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        PeerTls tls = new PeerTls(certificate.get(), key.get(), trusted, clientCertAuth && trusted.isPresent());
        tls.mistakes().forEach(this::add);
        return Optional.of(tls);
    }

    private static boolean parseBoolean(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    /** The option that says that there is to be TLS, if one does. */
    private Optional<String> reason(boolean clientCertAuth) {
        if (flags.certFile != null) {
            return Optional.of(SidecarFlags.CERT_FILE);
        }
        if (flags.keyFile != null) {
            return Optional.of(SidecarFlags.KEY_FILE);
        }
        if (flags.trustedCaFile != null) {
            return Optional.of(SidecarFlags.TRUSTED_CA_FILE);
        }
        return clientCertAuth ? Optional.of(SidecarFlags.CLIENT_CERT_AUTH) : Optional.empty();
    }

    private void checkSchemes(List<URI> listenPeers, boolean tls) {
        String scheme = tls ? "https" : "http";
        String instead = tls
                ? "https, since there is " + SidecarFlags.CERT_FILE
                : "http, or else " + SidecarFlags.CERT_FILE + " and " + SidecarFlags.KEY_FILE;
        for (URI url : listenPeers) {
            if (!url.getScheme().equals(scheme)) {
                mistakes.add(optionOfListenPeers(), url.toString(), instead);
            }
        }
    }

    private String optionOfListenPeers() {
        if (flags.listenPeerUrls != null) {
            return SidecarFlags.LISTEN_PEER_URLS;
        }
        return flags.initialCluster == null ? SidecarFlags.PEER : SidecarFlags.INITIAL_CLUSTER;
    }

    private Optional<Path> required(String option, @Nullable String value, TlsFile file, String since) {
        if (value == null) {
            mistakes.missing(option, file.expected() + ", since there is " + since);
        }
        return path(option, value, file);
    }

    private Optional<Path> path(String option, @Nullable String value, TlsFile file) {
        return Values.path(option, value, file.expected(), mistakes);
    }

    private void add(TlsMistake mistake) {
        String option = switch (mistake.file()) {
            case CERTIFICATE -> SidecarFlags.CERT_FILE;
            case KEY -> SidecarFlags.KEY_FILE;
            case TRUSTED_CA -> SidecarFlags.TRUSTED_CA_FILE;
        };
        mistakes.add(
                option, mistake.path().toString(), mistake.file().expected() + "; but the file " + mistake.problem());
    }
}
