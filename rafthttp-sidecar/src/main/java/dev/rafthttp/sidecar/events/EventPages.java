package dev.rafthttp.sidecar.events;

import dev.rafthttp.sidecar.http.PagedAnswer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The events that one reader has not seen yet, as server-sent events. The first event names the run; the second, if there is one, is
 * the announced event. Belongs to the thread that writes the answer.
 */
final class EventPages implements PagedAnswer.Pages {
    private final EventLog log;
    private final Optional<String> previousRun;
    private EventLog.Position seen;
    private boolean begun;

    /** @param previousRun the run whose events the reader saw last, if that was another one */
    EventPages(EventLog log, EventLog.Position seen, Optional<String> previousRun) {
        this.log = log;
        this.seen = seen;
        this.previousRun = previousRun;
    }

    @Override
    public byte[] next() {
        StringBuilder page = new StringBuilder();
        if (!begun) {
            begun = true;
            begin(page);
        }
        EventLog.Page news = log.after(seen);
        if (news.missed() > 0) {
            append(page, seen, "missed", "{\"events\":" + news.missed() + "}");
        }
        for (EventLog.Event event : news.events()) {
            append(page, event.at(), event.kind(), event.data());
        }
        seen = news.end();
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void begin(StringBuilder page) {
        append(page, seen, "run", log.runData(previousRun));
        log.announced()
                .filter(event -> !event.at().isBehind(seen))
                .ifPresent(event -> append(page, seen, event.kind(), event.data()));
    }

    /** @param at what the reader has seen when it has seen this event */
    private void append(StringBuilder page, EventLog.Position at, String kind, String data) {
        page.append("id: ").append(log.id(at)).append('\n');
        page.append("event: ").append(kind).append('\n');
        page.append("data: ").append(data).append("\n\n");
    }
}
