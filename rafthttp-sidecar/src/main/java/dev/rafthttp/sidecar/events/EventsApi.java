package dev.rafthttp.sidecar.events;

import dev.rafthttp.sidecar.http.Json;
import dev.rafthttp.sidecar.http.PagedAnswer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code GET /v1/events}: server-sent events, from now on, or from after {@code Last-Event-ID}; the first says which run of the
 * sidecar it is. Any number of readers.
 */
public final class EventsApi {
    public static final String PATH = "/v1/events";
    private static final String CONTENT_TYPE = "text/event-stream";
    private static final String LAST_EVENT_ID = "Last-Event-ID";

    private final EventLog log;
    private final Set<PagedAnswer> readers = ConcurrentHashMap.newKeySet();

    public EventsApi(EventLog log) {
        this.log = log;
        log.listener(() -> readers.forEach(PagedAnswer::signal));
    }

    public void handle(Request request, Response response, Callback callback) {
        if (!Json.isAllowed(request, response, callback, "GET", "HEAD")) {
            return;
        }
        EventPages pages;
        try {
            pages = log.pages(request.getHeaders().get(LAST_EVENT_ID));
        } catch (IllegalArgumentException e) {
            Json.error(response, callback, HttpStatus.BAD_REQUEST_400, e.getMessage());
            return;
        }
        if (!Json.begins(request, response, callback, CONTENT_TYPE)) {
            return;
        }
        PagedAnswer reader = new PagedAnswer(request, response, callback, pages, readers::remove);
        readers.add(reader);
        reader.open();
    }

    /** Ends all answers. */
    public void close() {
        readers.forEach(PagedAnswer::end);
    }
}
