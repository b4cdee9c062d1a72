package dev.rafthttp.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A node of the demo's key-value store: {@code rafthttp node}. */
final class KvNodeStore implements Store {
    private static final int NOT_FOUND = 404;

    private final Http http;
    private final URI url;

    KvNodeStore(Http http, URI url) {
        this.http = http;
        this.url = url;
    }

    @Override
    public void put(String key, String value) throws IOException, InterruptedException {
        Http.ok(http.put(url.resolve("/kv/" + key), value));
    }

    @Override
    public Optional<String> get(String key) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.get(url.resolve("/kv/" + key));
        return answer.statusCode() == NOT_FOUND
                ? Optional.empty()
                : Optional.of(Http.ok(answer).body());
    }

    @Override
    public Replica replica() throws IOException, InterruptedException {
        JsonObject all = Http.json(http.getAll(url.resolve("/kv/")));
        Map<String, String> entries = new HashMap<>();
        for (Map.Entry<String, JsonElement> entry :
                all.getAsJsonObject("entries").entrySet()) {
            byte[] value = Base64.getDecoder().decode(entry.getValue().getAsString());
            entries.put(entry.getKey(), new String(value, StandardCharsets.UTF_8));
        }
        return new Replica(all.get("appliedIndex").getAsLong(), entries);
    }

    @Override
    public boolean isLeader() throws IOException, InterruptedException {
        JsonObject status = Http.json(http.get(url.resolve("/status")));
        return status.get("member").equals(status.get("leader"));
    }
}
