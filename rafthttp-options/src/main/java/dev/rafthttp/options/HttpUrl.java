package dev.rafthttp.options;

import dev.rafthttp.PeerUrls;
import dev.rafthttp.UrlHost;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * A URL of the form {@code http://HOST:PORT}, or for a peer also {@code https://HOST:PORT}, where something listens or is to be
 * reached.
 */
public final class HttpUrl {
    /** The form, for messages. */
    public static final String EXPECTED = "http://HOST:PORT";

    /** The form of a peer's, for messages. */
    public static final String EXPECTED_OF_PEER = "http(s)://HOST:PORT";

    private HttpUrl() {}

    /**
     * Reads one without TLS.
     *
     * @throws IllegalArgumentException if it is of another form, saying why in a few words
     */
    public static URI parse(String text) {
        URI url = parsePeer(text);
        if (!url.getScheme().equals("http")) {
            throw new IllegalArgumentException("its scheme is not http");
        }
        return url;
    }

    /**
     * Reads one of a peer.
     *
     * @throws IllegalArgumentException if it is of another form, saying why in a few words
     */
    public static URI parsePeer(String text) {
        if (!text.contains("://")) {
            // What stands before a colon need not be one, and the parser's words for it help nobody.
            throw new IllegalArgumentException("its scheme is neither http nor https");
        }
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    e.getReason().toLowerCase(Locale.ROOT)
                            + (e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1)),
                    e);
        }
        PeerUrls.reasonAgainst(url).ifPresent(reason -> {
            throw new IllegalArgumentException(reason);
        });
        // WIRE: etcd derives IDs from the URLs as they are written, and writes none with a slash.
        return text.endsWith("/") ? URI.create(text.substring(0, text.length() - 1)) : url;
    }

    /** Whether only this machine reaches it. A host that has no address is not. */
    public static boolean isLoopback(URI url) {
        try {
            for (InetAddress address : InetAddress.getAllByName(UrlHost.of(url).name())) {
                if (!address.isLoopbackAddress()) {
                    return false;
                }
            }
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
