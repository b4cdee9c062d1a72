package dev.rafthttp;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** What may stand as a peer URL: {@code http://host:port} or {@code https://host:port}, as etcd demands it. */
public final class PeerUrls {
    private PeerUrls() {}

    /**
     * Checks the URLs of one peer.
     *
     * @return an immutable copy
     * @throws IllegalArgumentException if there is none, or one is not of the form {@code http(s)://host:port}
     */
    public static List<URI> check(List<URI> urls) {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("a peer needs at least one URL");
        }
        for (URI url : urls) {
            mistakeIn(url).ifPresent(mistake -> {
                throw new IllegalArgumentException(mistake);
            });
        }
        return List.copyOf(urls);
    }

    static Optional<String> mistakeIn(URI url) {
        return reasonAgainst(url)
                .map(reason ->
                        "peer URL \"" + url + "\" is not of the form http://host:port or https://host:port: " + reason);
    }

    /** What is wrong with a URL, in a few words; empty if it may stand as a peer's. */
    public static Optional<String> reasonAgainst(URI url) {
        if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            return Optional.of("its scheme is neither http nor https");
        }
        if (url.isOpaque()) {
            return Optional.of("it has no host");
        }
        String authority = url.getRawAuthority();
        if (authority != null && authority.contains("@")) {
            return Optional.of("it has a user");
        }
        UrlHost host;
        try {
            host = UrlHost.of(url);
        } catch (IllegalArgumentException e) {
            return Optional.ofNullable(e.getMessage());
        }
        if (host.port() <= 0) {
            return Optional.of(host.port() < 0 ? "it has no port" : "its port is 0");
        }
        if (!url.getRawPath().isEmpty() && !url.getRawPath().equals("/")) {
            return Optional.of("it has a path");
        }
        return url.getRawQuery() != null || url.getRawFragment() != null
                ? Optional.of("it has a query or a fragment")
                : Optional.empty();
    }
}
