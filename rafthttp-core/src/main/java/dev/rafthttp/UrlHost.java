package dev.rafthttp;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host and port of a URL. etcd takes hosts that {@link URI#getHost} does not know for such, because RFC 2396 forbids them
 * and resolvers do not: with {@code _}, as container names have, or with a last label that begins with a digit, as in
 * {@code node.1}.
 *
 * @param name a name, or an IP address, of version 6 in brackets
 * @param port 0 to 65535; -1 if there is none
 */
public record UrlHost(String name, int port) {
    private static final int MAX_PORT = 65_535;

    private static final Pattern NAME_AND_PORT = Pattern.compile("([A-Za-z0-9_.-]+)(?::([0-9]{1,6}))?");

    /**
     * Reads that of a URL.
     *
     * @throws IllegalArgumentException if it has no host, or a wrong one, saying what is wrong with it
     */
    public static UrlHost of(URI url) {
        if (url.getHost() != null) {
            return checked(url.getHost(), url.getPort());
        }
        String authority = url.getRawAuthority();
        if (authority == null || authority.startsWith(":")) {
            throw new IllegalArgumentException("it has no host");
        }
        Matcher parts = NAME_AND_PORT.matcher(authority);
        if (!parts.matches()) {
            throw new IllegalArgumentException("\"" + authority
                    + "\" is no host and port: a name has letters, digits, \"-\", \"_\" and \".\" only");
        }
        return checked(parts.group(1), parts.group(2) == null ? -1 : Integer.parseInt(parts.group(2)));
    }

    private static UrlHost checked(String name, int port) {
        if (port > MAX_PORT) {
            throw new IllegalArgumentException("its port is " + port + ", not in 1 to " + MAX_PORT);
        }
        return new UrlHost(name, port);
    }
}
