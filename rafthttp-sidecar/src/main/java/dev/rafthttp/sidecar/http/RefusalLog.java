package dev.rafthttp.sidecar.http;

import dev.rafthttp.runtime.LogLimiter;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log which requests of a server are refused, with a limit per reason: those of a wrong program come by the thousand,
 * and must not hide what else is wrong. Any thread.
 */
public final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

    /** What is told of a request's path. */
    private static final int SHOWN_CHARS = 100;

    /** More than the API has; any others, which a client could only have made up, share one limit. */
    private static final int MAX_REASONS = 64;

    private static final String EXPECTED = "expected ";

    private static final Pattern VALUE = Pattern.compile("[0-9]+|\"[^\"]*\"");

    private final Map<String, LogLimiter> limiters = new ConcurrentHashMap<>();
    private final LogLimiter others = new LogLimiter(System::nanoTime);

    private RefusalLog() {}

    /** Gives a server one, before it starts. */
    static void addTo(Server server) {
        server.setAttribute(RefusalLog.class.getName(), new RefusalLog());
    }

    /** Tells of a request to a server that has one. */
    public static void refused(Request request, int status, String error) {
        if (request.getConnectionMetaData().getConnector().getServer().getAttribute(RefusalLog.class.getName())
                instanceof RefusalLog log) {
            log.tell(request, status, error);
        }
    }

    /** What an error says whatever the request's values: what was expected instead of them. */
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
