package dev.rafthttp.options;

import dev.rafthttp.UrlHost;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Finds out whether a URL leads to where this process listens, also if it is written differently: by a name, by an address, or by 0.0.0.0. */
public final class Places {
    /** How long a start waits for a name server that does not answer. */
    private static final long LOOKUP_SECONDS = 2;

    private Places() {}

    /**
     * Whether a connection to a URL would end at a listener of this machine. Blocks for names that have to be looked up, which only
     * those on the listener's port have. A name without an address leads nowhere, as far as can be known.
     *
     * @param listener where this process listens, or is about to
     */
    public static boolean reaches(URI url, URI listener) {
        if (url.equals(listener)) {
            return true;
        }
        if (url.getRawAuthority() == null || listener.getRawAuthority() == null) {
            return false;
        }
        UrlHost to = UrlHost.of(url);
        UrlHost at = UrlHost.of(listener);
        if (to.port() != at.port()) {
            return false;
        }
        List<InetAddress> listening = addresses(at.name());
        return addresses(to.name()).stream()
                .anyMatch(address -> listening.stream().anyMatch(each -> reaches(address, each)));
    }

    private static boolean reaches(InetAddress address, InetAddress listening) {
        if (listening.isAnyLocalAddress()) {
            return isOfThisMachine(address);
        }
        // The system connects a dial of 0.0.0.0 to loopback.
        return address.equals(listening) || (address.isAnyLocalAddress() && listening.isLoopbackAddress());
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    private static List<InetAddress> addresses(String host) {
        CompletableFuture<List<InetAddress>> found = new CompletableFuture<>();
        Thread lookup = new Thread(() -> found.complete(lookUp(host)), "lookup");
        lookup.setDaemon(true);
        lookup.start();
        try {
            return found.get(LOOKUP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return List.of();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of();
        }
    }

    private static List<InetAddress> lookUp(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
