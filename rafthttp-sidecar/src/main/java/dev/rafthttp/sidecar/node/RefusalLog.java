package dev.rafthttp.sidecar.node;

import dev.rafthttp.peer.LogLimiter;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log which requests of a server are refused, with a limit: those of a wrong program come by the thousand. Any thread. */
final class RefusalLog {
    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);

    /** What is told of a request's path. */
    private static final int SHOWN_CHARS = 100;

    private final LogLimiter limiter = new LogLimiter(System::nanoTime);

    private RefusalLog() {}

    /** Gives a server one, before it starts. */
    static void addTo(Server server) {
        server.setAttribute(RefusalLog.class.getName(), new RefusalLog());
    }

    /** Tells of a request to a server that has one. */
    static void refused(Request request, int status, String error) {
        if (request.getConnectionMetaData().getConnector().getServer().getAttribute(RefusalLog.class.getName())
                instanceof RefusalLog log) {
            log.tell(request, status, error);
        }
    }

    private void tell(Request request, int status, String error) {
        long suppressed = limiter.acquire();
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
