package dev.rafthttp.client;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;

/**
 * Finds a peer's addresses: those of a name by Jetty's resolver, on a thread of the pool, since a name server may take its
 * time; an IP address at once, since to look it up takes none, and many peers would take a thread each.
 */
final class PeerAddresses implements SocketAddressResolver {
    /** As the host of a valid URL: no name has a colon, and none ends with a label of digits only. */
    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[^]]*)?]?");

    private final SocketAddressResolver names;

    PeerAddresses(SocketAddressResolver names) {
        this.names = names;
    }

    @Override
    public void resolve(String host, int port, Map<String, Object> context, Promise<List<InetSocketAddress>> promise) {
        if (IP_ADDRESS.matcher(host).matches()) {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (!address.isUnresolved()) {
                promise.succeeded(List.of(address));
                return;
            }
        }
        names.resolve(host, port, context, promise);
    }
}
