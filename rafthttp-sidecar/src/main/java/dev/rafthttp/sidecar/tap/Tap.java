package dev.rafthttp.sidecar.tap;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.http.Accepted;
import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.http.PagedAnswer;
import dev.rafthttp.sidecar.json.MessageJson;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code GET /v1/tap}: shows the messages that pass, as they pass, to any number of readers. {@link TapFilter} selects messages. The
 * lines are text, or JSON for a request that accepts JSON.
 *
 * <p>Without a reader, a message costs one read of a field. With a reader, it costs a place in a bounded queue, and the server's threads
 * format it. A slow reader misses lines, and is told how many.
 */
public final class Tap {
    /** Where it is found. */
    public static final String PATH = "/v1/tap";

    private static final String TEXT = "text/plain";
    private static final String UTF_8 = ";charset=utf-8";

    private final Set<TapQueue> queues = ConcurrentHashMap.newKeySet();
    private volatile boolean isTapped;

    /** Shows a message to the readers. Any thread; does not block. */
    public void saw(Message message) {
        if (isTapped) {
            Instant now = Instant.now();
            queues.forEach(queue -> queue.saw(now, message));
        }
    }

    /** Answers a request for it. */
    public void handle(Request request, Response response, Callback callback) {
        if (!Json.isAllowed(request, response, callback, "GET", "HEAD")) {
            return;
        }
        TapFilter filter;
        try {
            filter = TapFilter.of(Request.extractQueryParameters(request));
        } catch (IllegalArgumentException e) {
            Json.error(response, callback, HttpStatus.BAD_REQUEST_400, e.getMessage());
            return;
        }
        Optional<String> type = Accepted.of(request, TEXT, MessageJson.CONTENT_TYPE);
        if (type.isEmpty()) {
            Json.error(
                    response,
                    callback,
                    HttpStatus.NOT_ACCEPTABLE_406,
                    "Accept " + request.getHeaders().get(HttpHeader.ACCEPT) + ": expected " + TEXT + " or "
                            + MessageJson.CONTENT_TYPE);
            return;
        }
        boolean json = type.get().equals(MessageJson.CONTENT_TYPE);
        if (!Json.begins(request, response, callback, json ? MessageJson.CONTENT_TYPE : TEXT + UTF_8)) {
            return;
        }
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
