package dev.rafthttp.sidecarclient;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code text/event-stream}, as the HTML standard defines it. Used by one thread. */
final class ServerSentEvents {
    private final BufferedReader lines;

    /**
     * One event.
     *
     * @param id absent if it has none of its own
     * @param data its lines, joined
     */
    record Event(Optional<String> id, String name, String data) {}

    ServerSentEvents(InputStream in) {
        lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    /** Waits for the next event; empty at the end. An event that the end cuts off does not count. */
    Optional<Event> next() throws IOException {
        @Nullable String id = null;
        String name = "message";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    return Optional.of(new Event(Optional.ofNullable(id), name, data.toString()));
                }
                id = null;
                name = "message";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1).replaceFirst("^ ", "");
            switch (field) {
                case "id" -> id = value;
                case "event" -> name = value;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                default -> {
                    // A comment, or a field of another version.
                }
            }
        }
        return Optional.empty();
    }
}
