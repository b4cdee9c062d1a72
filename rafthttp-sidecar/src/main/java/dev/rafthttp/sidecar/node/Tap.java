package dev.rafthttp.sidecar.node;

import dev.rafthttp.raftpb.Message;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code GET /v1/tap}: the messages that pass, as they pass, for any number of readers; those that
 * {@link TapFilter} lets through, in lines of text, or of JSON for who accepts that.
 *
 * <p>While nobody reads, a message costs a look at a field. While somebody does, it costs a place in a bounded queue, and is
 * formatted on the server's threads. A reader that is slow misses lines, and is told how many.
 */
public final class Tap {
    /** Where it is found. */
    public static final String PATH = "/v1/tap";

    private static final String TEXT = "text/plain;charset=utf-8";

    private final Set<TapQueue> queues = ConcurrentHashMap.newKeySet();
    private volatile boolean isTapped;

    /** Shows a message to whoever taps. Any thread; does not block. */
    public void saw(Message message) {
        if (isTapped) {
            Instant now = Instant.now();
            queues.forEach(queue -> queue.saw(now, message));
        }
    }

    /** Answers a request for it. */
    public void handle(Request request, Response response, Callback callback) {
        if (!HttpMethod.GET.is(request.getMethod())) {
            Json.notAllowed(response, callback, "GET");
            return;
        }
        TapFilter filter;
        try {
            filter = TapFilter.of(Request.extractQueryParameters(request));
        } catch (IllegalArgumentException e) {
            Json.error(response, callback, HttpStatus.BAD_REQUEST_400, e.getMessage());
            return;
        }
        boolean json = Json.isAcceptedBy(request);
        response.setStatus(HttpStatus.OK_200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, json ? MessageJson.CONTENT_TYPE : TEXT);
        TapQueue queue = new TapQueue(filter, json ? TapLine.JSON : TapLine.TEXT);
        PagedAnswer answer = new PagedAnswer(request, response, callback, queue, over -> remove(queue));
        queue.reader(answer);
        add(queue);
        answer.open();
    }

    private synchronized void add(TapQueue queue) {
        queues.add(queue);
        isTapped = true;
    }

    private synchronized void remove(TapQueue queue) {
        queues.remove(queue);
        isTapped = !queues.isEmpty();
    }

    /** Ends all answers. */
    public void close() {
        queues.forEach(TapQueue::end);
    }
}
