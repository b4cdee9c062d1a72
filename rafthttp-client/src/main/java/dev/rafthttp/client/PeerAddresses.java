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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a peer's addresses. An IP literal needs no lookup and resolves on the calling thread. Lookups of names run on
 * the pool, because the JDK blocks; at most one per name at a time. Any thread.
 *
 * <p>A cluster must not come apart because of its name server. A name that has had an answer therefore keeps its last
 * addresses until the name server says that the name does not exist. A dial uses them while the name server is silent
 * or fails.
 *
 * <h2>How Java reports the failures of a name server</h2>
 *
 * Only by the words of the C library, after the host and a colon. Java 17 and 25 on glibc 2.36:
 *
 * <pre>
 *   NXDOMAIN                                       Name or service not known
 *   SERVFAIL, REFUSED, silence, a closed port      Temporary failure in name resolution
 *   NODATA, or SERVFAIL for one address family     No address associated with hostname
 *   any of them again, from Java's own cache       no words, only the host
 * </pre>
 *
 * Other words, for example in the language of the system, do not count as the end of a name: to dial a wrong address
 * does less harm than not to dial a right one.
 */
public final class PeerAddresses implements SocketAddressResolver {
    private static final Logger LOG = LoggerFactory.getLogger(PeerAddresses.class);

    /**
     * How long a dial waits for the name server if there are last addresses. A working name server answers in
     * milliseconds.
     */
    static final Duration SILENCE = Duration.ofMillis(200);

    /** The words of glibc and musl for a name that does not exist, EAI_NONAME. */
    private static final List<String> NO_SUCH_NAME = List.of(": Name or service not known", ": Name does not resolve");

    /**
     * An IP literal, as the host of a URL. No name has a colon. A name of only digits and dots is looked up like any
     * other.
     */
    private static final Pattern IP_ADDRESS =
            Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}|\\[?[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%[^]]*)?]?");

    private final Lookup lookup;
    private final Executor executor;
    private final Scheduler scheduler;
    private final Duration patience;
    private final Duration silence;

    /** By host: every host that a peer has ever had. */
    private final Map<String, Name> names = new ConcurrentHashMap<>();

    /** Asks the name server; blocks. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    /**
     * Asks the name server as Java does.
     *
     * @param executor lookups block its threads
     * @param patience how long a dial waits for the address of a name that never had one
     */
    public PeerAddresses(Executor executor, Scheduler scheduler, Duration patience) {
        this(InetAddress::getAllByName, executor, scheduler, patience);
    }

    /**
     * @param lookup called on the executor's threads
     * @param patience how long a dial waits for the address of a name that never had one
     * @param silence how long it waits for that of another, before it does with the last addresses
     */
    PeerAddresses(Lookup lookup, Executor executor, Scheduler scheduler, Duration patience, Duration silence) {
        this.lookup = lookup;
        this.executor = executor;
        this.scheduler = scheduler;
        this.patience = patience;
        this.silence = silence;
    }

    /** The same, with the usual silence. */
    PeerAddresses(Lookup lookup, Executor executor, Scheduler scheduler, Duration patience) {
        this(lookup, executor, scheduler, patience, SILENCE);
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

    /**
     * One host: its last known addresses, and the dials that wait for the lookup that is under way. Guarded by its own
     * monitor.
     */
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
                timeout = known.isEmpty() ? patience : silence;
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
            } catch (UnknownHostException | RuntimeException | Error failure) {
                answered(List.of(), failure);
            }
        }

        /** @param failure null if the lookup found the addresses */
        private void answered(List<InetAddress> addresses, @Nullable Throwable failure) {
            List<InetAddress> last;
            List<Waiting> told;
            synchronized (this) {
                if (failure == null || isEndOfName(failure)) {
                    known = addresses;
                }
                last = known;
                isLookedUp = false;
                told = List.copyOf(waiting);
                waiting.clear();
            }
            if (failure != null && !last.isEmpty()) {
                LOG.debug("the last addresses of {} are used, {}: {}", host, last, failure.toString());
            }
            for (Waiting dial : told) {
                dial.timer.cancel();
                if (failure == null || !last.isEmpty()) {
                    dial.succeed(last);
                } else {
                    dial.promise.failed(failure);
                }
            }
        }

        private static boolean isEndOfName(Throwable failure) {
            String words = String.valueOf(failure.getMessage());
            return failure instanceof UnknownHostException
                    && NO_SUCH_NAME.stream().anyMatch(words::endsWith);
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
        /**
         * Until it is set there is nothing to cancel. A timer that runs nevertheless finds that the dial no longer
         * waits.
         */
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
