package dev.rafthttp.sidecarclient;

import dev.rafthttp.UrlHost;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Where a sidecar listens to its node: {@code http://HOST:PORT}, or a Unix socket's {@code unix:/PATH}. */
public final class SidecarAddress {
    /** The scheme of a Unix socket's address. */
    public static final String UNIX = "unix";

    /** The longest path of a Unix socket that Java takes: two bytes less than Linux's 108. */
    public static final int MAX_UNIX_PATH_BYTES = 106;

    /** The form of a Unix socket's address, for messages. */
    public static final String EXPECTED_UNIX = "unix:/PATH of at most " + MAX_UNIX_PATH_BYTES + " bytes";

    private SidecarAddress() {}

    /**
     * Reads the address of a Unix socket.
     *
     * @throws IllegalArgumentException if it is not {@code unix:/PATH}, or the path is longer than Java takes
     */
    public static URI unix(String text) {
        URI url = URI.create(text);
        String path = url.getPath();
        if (!UNIX.equals(url.getScheme())
                || path == null
                || !path.startsWith("/")
                || path.endsWith("/")
                || path.getBytes(StandardCharsets.UTF_8).length > MAX_UNIX_PATH_BYTES) {
            throw new IllegalArgumentException("\"" + text + "\": expected " + EXPECTED_UNIX);
        }
        return url;
    }

    /** The Unix socket that an address names; empty if it names a host. */
    static Optional<Path> socket(URI address) {
        return UNIX.equals(address.getScheme())
                ? Optional.of(Path.of(unix(address.toString()).getPath()))
                : Optional.empty();
    }

    /**
     * The host and port that an address names.
     *
     * @throws IllegalArgumentException if it is not {@code http://HOST:PORT}
     */
    static UrlHost host(URI address) {
        String expected = "\"" + address + "\": expected http://HOST:PORT or " + EXPECTED_UNIX;
        if (!"http".equals(address.getScheme())) {
            throw new IllegalArgumentException(expected);
        }
        try {
            UrlHost host = UrlHost.of(address);
            if (host.port() > 0) {
                return host;
            }
            throw new IllegalArgumentException("it has no port");
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(expected + "; " + e.getMessage(), e);
        }
    }
}
