package dev.rafthttp.peer;

/**
 * Where a peer asks for a stream from.
 *
 * @param host its address
 * @param port of this connection; another one for each
 * @param urls those that it announces in {@code X-PeerURLs}; may be empty
 */
public record StreamOrigin(String host, int port, String urls) {

    /** Whether the same process may have asked, as far as can be told. */
    boolean maySameProcessAs(StreamOrigin other) {
        return host.equals(other.host) && urls.equals(other.urls);
    }

    @Override
    public String toString() {
        return host + ":" + port + (urls.isEmpty() ? "" : " (" + urls + ")");
    }
}
