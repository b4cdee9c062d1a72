package dev.rafthttp.sidecar.http;

import dev.rafthttp.runtime.LogLimiter;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts and logs which requests a server refuses, with a limit per reason: a wrong program may send thousands of such requests, which must not
 * hide other mistakes. Any thread.
 */
public final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

    /** How much of a request's path is logged. */
    private static final int SHOWN_CHARS = 100;

    /** More than the API has. Further reasons, which only a client can have made up, share one limit. */
    private static final int MAX_REASONS = 64;

    private static final String EXPECTED = "expected ";

    private static final Pattern VALUE = Pattern.compile("[0-9]+|\"[^\"]*\"");

    private final Map<String, LogLimiter> limiters = new ConcurrentHashMap<>();
    private final Map<Integer, LongAdder> counts = new ConcurrentHashMap<>();
    private final LogLimiter others = new LogLimiter(System::nanoTime);

    private RefusalLog() {}

    /** Gives a server its log of refusals, before it starts. */
    static void addTo(Server server) {
        server.setAttribute(RefusalLog.class.getName(), new RefusalLog());
    }

    /** Counts and logs a refused request, if its server has a log of refusals. */
    public static void refused(Request request, int status, String error) {
        RefusalLog log = of(request);
        if (log != null) {
            log.counts.computeIfAbsent(status, ignored -> new LongAdder()).increment();
            log.tell(request, status, error);
        }
    }

    /** How many requests the server of a request has refused since it started, by status; statuses that it never gave are absent. */
    public static SortedMap<Integer, Long> counts(Request request) {
        SortedMap<Integer, Long> sums = new TreeMap<>();
        RefusalLog log = of(request);
        if (log != null) {
            log.counts.forEach((status, count) -> sums.put(status, count.sum()));
        }
        return sums;
    }

    private static @Nullable RefusalLog of(Request request) {
        return (RefusalLog)
                request.getConnectionMetaData().getConnector().getServer().getAttribute(RefusalLog.class.getName());
    }

    /** The part of an error that does not depend on the request's values: what was expected. */
    private static String reason(String error) {
        int expected = error.indexOf(EXPECTED);
        return VALUE.matcher(expected < 0 ? error : error.substring(expected)).replaceAll("");
    }

    private LogLimiter limiter(String reason) {
        LogLimiter known = limiters.get(reason);
        if (known != null) {
            return known;
        }
        return limiters.size() >= MAX_REASONS
                ? others
                : limiters.computeIfAbsent(reason, ignored -> new LogLimiter(System::nanoTime));
    }

    private void tell(Request request, int status, String error) {
        long suppressed = limiter(status + " " + reason(error)).acquire();
        if (suppressed >= 0) {
            String path = Request.getPathInContext(request);
            LOG.warn(
                    "{} {} is refused with {}: {} ({} such lines were left out)",
                    request.getMethod(),
                    path.length() > SHOWN_CHARS ? path.substring(0, SHOWN_CHARS) + "…" : path,
                    status,
                    error,
                    suppressed);
        }
    }
}
