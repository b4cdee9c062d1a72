package dev.rafthttp.sidecar.events;

import com.google.gson.JsonObject;
import dev.rafthttp.sidecar.http.PagedAnswer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The events that one reader has not seen yet, as server-sent events. The first says which run of the sidecar it is; the second,
 * where it has been so already, that this member has been removed. Belongs to the thread that writes the answer.
 */
final class EventPages implements PagedAnswer.Pages {
    private final EventLog log;
    private final Optional<String> previousRun;
    private EventPosition seen;
    private boolean begun;

    /** @param previousRun the run whose events the reader saw last, if that was another one */
    EventPages(EventLog log, EventPosition seen, Optional<String> previousRun) {
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
        EventPage news = log.after(seen);
        if (news.missed() > 0) {
            JsonObject missed = new JsonObject();
            missed.addProperty("events", news.missed());
            append(page, seen, "missed", missed.toString());
        }
        for (NodeEvent event : news.events()) {
            append(page, event.at(), event.name(), event.data());
        }
        seen = news.end();
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void begin(StringBuilder page) {
        JsonObject run = log.runData();
        previousRun.ifPresent(previous -> run.addProperty("previousRun", previous));
        append(page, seen, "run", run.toString());
        log.removal()
                .filter(removal -> !removal.at().isBehind(seen))
                .ifPresent(removal -> append(page, seen, removal.name(), removal.data()));
    }

    /** @param at what the reader has seen when it has seen this */
    private void append(StringBuilder page, EventPosition at, String name, String data) {
        page.append("id: ").append(log.id(at)).append('\n');
        page.append("event: ").append(name).append('\n');
        page.append("data: ").append(data).append("\n\n");
    }
}
