package dev.rafthttp.server;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests that continue after their servlet has returned. */
final class Exchanges {
    private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);

    private Exchanges() {}

    /** Keeps a request open, without a time limit. */
    static AsyncContext open(HttpServletRequest request) {
        AsyncContext exchange = request.startAsync();
        exchange.setTimeout(0);
        return exchange;
    }

    /** The body of a request, beneath the servlet's own input, which would copy and hand over to another thread. */
    static Content.Source body(HttpServletRequest request) {
        return ServletContextRequest.getServletContextRequest(request);
    }

    /** The connection that a request came on. */
    static EndPoint connection(HttpServletRequest request) {
        return ServletContextRequest.getServletContextRequest(request)
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint();
    }

    /** Ends a request. Any thread. */
    static void complete(AsyncContext exchange) {
        try {
            exchange.complete();
        } catch (IllegalStateException e) {
            LOG.debug("Jetty has completed the request itself, because of its connection", e);
        }
    }
}
