package dev.rafthttp;

import java.net.URI;
import java.util.List;
import java.util.Optional;

/** What may stand as a peer URL: {@code http://host:port} or {@code https://host:port}, as etcd demands it. */
public final class PeerUrls {
    private static final int MAX_PORT = 65_535;

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
        boolean scheme = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        boolean bare = url.getRawPath() == null
                || url.getRawPath().isEmpty()
                || url.getRawPath().equals("/");
        boolean nothingElse = url.getRawQuery() == null && url.getRawFragment() == null && url.getRawUserInfo() == null;
        boolean port = url.getPort() > 0 && url.getPort() <= MAX_PORT;
        if (scheme && bare && nothingElse && url.getHost() != null && port) {
            return Optional.empty();
        }
        return Optional.of("peer URL \"" + url + "\" is not of the form http://host:port or https://host:port");
    }
}
