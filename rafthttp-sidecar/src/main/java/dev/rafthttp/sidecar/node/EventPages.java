package dev.rafthttp.sidecar.node;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The events that one reader has not seen yet, as server-sent events. Belongs to whoever writes the answer. */
final class EventPages implements PagedAnswer.Pages {
    private final EventLog log;
    private long seen;

    EventPages(EventLog log, long seen) {
        this.log = log;
        this.seen = seen;
    }

    @Override
    public byte[] next() {
        List<NodeEvent> events = log.after(seen);
        StringBuilder page = new StringBuilder();
        for (NodeEvent event : events) {
            long missed = event.number() - seen - 1;
            if (missed > 0) {
                page.append("event: missed\ndata: {\"events\":").append(missed).append("}\n\n");
            }
            page.append("id: ").append(log.id(event.number())).append('\n');
            page.append("event: ").append(event.name()).append('\n');
            page.append("data: ").append(event.data()).append("\n\n");
            seen = event.number();
        }
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }
}
