package dev.rafthttp.sidecar.events;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A reader of {@code GET /v1/events}, who waits for what a test expects. */
public final class EventReader implements AutoCloseable {
    private final BufferedReader lines;
    private final List<String> passed = new ArrayList<>();
    private String lastId = "";

    private EventReader(BufferedReader lines) {
        this.lines = lines;
    }

    /**
     * Opens a stream of events.
     *
     * @param api where the API is
     * @param lastId empty: only new events
     */
    public static EventReader open(HttpClient http, URI api, String lastId) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(api.resolve("/v1/events"));
        if (!lastId.isEmpty()) {
            request.header("Last-Event-ID", lastId);
        }
        return new EventReader(new BufferedReader(new InputStreamReader(
                http.send(request.build(), BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8)));
    }

    /**
     * Waits for an event of a kind with all these pieces in its data, and passes over others.
     *
     * @return the data
     */
    public String await(String kind, String... pieces) throws IOException {
        String event = "";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("id: ")) {
                lastId = line.substring("id: ".length());
            } else if (line.startsWith("event: ")) {
                event = line.substring("event: ".length());
            } else if (line.startsWith("data: ")) {
                String data = line.substring("data: ".length());
                if (event.equals(kind) && List.of(pieces).stream().allMatch(data::contains)) {
                    return data;
                }
                passed.add(event + " " + data);
            }
        }
        throw new AssertionError("the events ended before " + kind + " with " + List.of(pieces) + ": " + passed);
    }

    /** The ID of the last event that was read. */
    public String lastId() {
        return lastId;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
