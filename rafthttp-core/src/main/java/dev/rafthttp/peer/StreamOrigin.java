package dev.rafthttp.peer;

/**
 * Where a peer asks for a stream from, or posts from.
 *
 * @param host its address
 * @param port of this connection; another one for each
 * @param urls those that it announces in {@code X-PeerURLs}; may be empty
 * @param instance its process, in {@code X-Rafthttp-Instance}; empty if it does not say, as etcd does not
 */
public record StreamOrigin(String host, int port, String urls, String instance) {

    /** Whether the same process may have asked, as far as can be told. */
    boolean maySameProcessAs(StreamOrigin other) {
        return bothSay(other) ? instance.equals(other.instance) : host.equals(other.host) && urls.equals(other.urls);
    }

    /** Whether the same process has asked for certain. */
    boolean isSameProcessAs(StreamOrigin other) {
        return bothSay(other) && instance.equals(other.instance);
    }

    private boolean bothSay(StreamOrigin other) {
        return !instance.isEmpty() && !other.instance.isEmpty();
    }

    @Override
    public String toString() {
        return host + ":" + port + (urls.isEmpty() ? "" : " (" + urls + ")")
                + (instance.isEmpty() ? "" : " as instance " + instance);
    }
}
