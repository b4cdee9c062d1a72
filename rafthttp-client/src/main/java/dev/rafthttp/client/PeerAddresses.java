package dev.rafthttp.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Finds a peer's addresses. An IP address is one at once, since to look it up takes none, and many peers would take a thread
 * each. A name is looked up on a thread of the pool, by one at a time: a name server that is silent can hold a lookup for ten
 * seconds and more, in which a peer is dialled again and again. Who has had an answer before then does with that: a
 * cluster must not come apart because of its name server. Any thread.
 */
final class PeerAddresses implements SocketAddressResolver {
    /** A name server that is well answers in a few milliseconds. */
    static final Duration SILENCE = Duration.ofMillis(200);

    /** As the host of a valid URL: no name has a colon, and none ends with a label of digits only. */
    private static final Pattern IP_ADDRESS = Pattern.compile("[0-9.]+|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[^]]*)?]?");

    private final Lookup lookup;
    private final Executor executor;
    private final Scheduler scheduler;
    private final Duration patience;

    /** By host; as many as peers have ever had. */
    private final Map<String, Name> names = new ConcurrentHashMap<>();

    /** Asks the name server, which blocks. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    /**
     * @param lookup called on the executor's threads
     * @param patience how long a dial waits for the address of a name that never had one
     */
    PeerAddresses(Lookup lookup, Executor executor, Scheduler scheduler, Duration patience) {
        this.lookup = lookup;
        this.executor = executor;
        this.scheduler = scheduler;
        this.patience = patience;
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
        names.computeIfAbsent(host, Name::new).resolve(port, promise);
    }

    /** One host: its last known addresses, and who waits for the lookup that is under way. Guarded by its own monitor. */
    private final class Name {
        private final String host;
        private List<InetAddress> known = List.of();
        private final List<Waiting> waiting = new ArrayList<>();
        private boolean isLookedUp;

        Name(String host) {
            this.host = host;
        }

        void resolve(int port, Promise<List<InetSocketAddress>> promise) {
            Waiting dial = new Waiting(port, promise);
            boolean isFirst;
            Duration timeout;
            synchronized (this) {
                waiting.add(dial);
                isFirst = !isLookedUp;
                isLookedUp = true;
                timeout = known.isEmpty() ? patience : SILENCE;
            }
            dial.timer = scheduler.schedule(() -> silent(dial), timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (isFirst) {
                try {
                    executor.execute(this::lookUp);
                } catch (RejectedExecutionException closing) {
                    answered(List.of(), closing);
                }
            }
        }

        private void lookUp() {
            try {
                answered(Arrays.asList(lookup.addressesOf(host)), null);
            } catch (UnknownHostException | RuntimeException failure) {
                answered(List.of(), failure);
            }
        }

        private void answered(List<InetAddress> addresses, @Nullable Throwable failure) {
            List<Waiting> told;
            synchronized (this) {
                if (failure == null) {
                    known = addresses;
                }
                isLookedUp = false;
                told = List.copyOf(waiting);
                waiting.clear();
            }
            for (Waiting dial : told) {
                dial.timer.cancel();
                if (failure == null) {
                    dial.succeed(addresses);
                } else {
                    dial.promise.failed(failure);
                }
            }
        }

        private void silent(Waiting dial) {
            List<InetAddress> last;
            synchronized (this) {
                if (!waiting.remove(dial)) {
                    return;
                }
                last = known;
            }
            if (last.isEmpty()) {
                dial.promise.failed(new TimeoutException(
                        "no answer about " + host + " from the name server within " + patience.toMillis() + " ms"));
            } else {
                dial.succeed(last);
            }
        }
    }

    /** A dial that waits for an address. */
    private static final class Waiting {
        private final int port;
        private final Promise<List<InetSocketAddress>> promise;
        /** Nothing to cancel yet; one that is not cancelled in time finds that nobody waits. */
        private volatile Scheduler.Task timer = () -> false;

        Waiting(int port, Promise<List<InetSocketAddress>> promise) {
            this.port = port;
            this.promise = promise;
        }

        private void succeed(List<InetAddress> addresses) {
            promise.succeeded(addresses.stream()
                    .map(address -> new InetSocketAddress(address, port))
                    .toList());
        }
    }
}
