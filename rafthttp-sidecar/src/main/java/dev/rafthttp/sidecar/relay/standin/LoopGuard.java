package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.MemberId;
import dev.rafthttp.runtime.LogLimiter;
import dev.rafthttp.sidecar.http.RefusedBody;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses what this relay itself has sent: a next hop then leads back to a front of the relay, where each request would be sent on
 * again without end. The options are checked for that, but an address translation, or a name that changes, only shows here.
 *
 * <p>Every request that is handed on names the relay in {@code Via}, as RFC 9110 wants of a proxy. Streams need no mark: one that
 * comes back finds itself attached already, and ends; so does one that comes back by another relay, since it then asks for a link
 * that waits for its own answer.
 */
final class LoopGuard extends Handler.Wrapper {
    private static final Logger LOG = LoggerFactory.getLogger(LoopGuard.class);

    private final LogLimiter refusals = new LogLimiter(System::nanoTime);
    private final String relay;
    private final MemberId standsFor;

    /**
     * @param relay this run's name in {@code Via}
     * @param standsFor the member at whose front it is
     */
    LoopGuard(String relay, MemberId standsFor, Handler front) {
        super(front);
        this.relay = relay;
        this.standsFor = standsFor;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        boolean isOurs =
                request.getHeaders().getValuesList(HttpHeader.VIA).stream().anyMatch(via -> via.contains(relay));
        if (!isOurs) {
            return super.handle(request, response, callback);
        }
        long suppressed = refusals.acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "{} {} has come back to this relay, at the front of member {}: the next hop that it was sent to is a front of"
                            + " the relay itself, and has to be where a member listens; {} more since the last such line",
                    request.getMethod(),
                    request.getHttpURI().getPath(),
                    standsFor,
                    suppressed);
        }
        response.setStatus(HttpStatus.LOOP_DETECTED_508);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        Content.Sink.write(
                response,
                true,
                "the relay's next hop is the relay itself, at the front of member " + standsFor + "\n",
                RefusedBody.lingering(request, response, callback));
        return true;
    }
}
