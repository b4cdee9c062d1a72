package dev.rafthttp.cluster;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** An etcd member, through its JSON gateway, in which keys and values are base64 and 64-bit numbers strings. */
final class EtcdStore implements Store {
    private static final String FIRST_KEY = "\0";
    /** As the end of a range: all keys there are. */
    private static final String NO_END = "\0";

    private final Http http;
    private final URI url;

    EtcdStore(Http http, URI url) {
        this.http = http;
        this.url = url;
    }

    @Override
    public void put(String key, String value) throws IOException, InterruptedException {
        JsonObject put = new JsonObject();
        put.addProperty("key", encoded(key));
        put.addProperty("value", encoded(value));
        http.post(url.resolve("/v3/kv/put"), put);
    }

    @Override
    public Optional<String> get(String key) throws IOException, InterruptedException {
        return Optional.ofNullable(entries(range(key, Optional.empty())).get(key));
    }

    @Override
    public Replica replica() throws IOException, InterruptedException {
        JsonObject all = range(FIRST_KEY, Optional.of(NO_END));
        return new Replica(all.getAsJsonObject("header").get("revision").getAsLong(), entries(all));
    }

    @Override
    public boolean isLeader() throws IOException, InterruptedException {
        JsonObject status = http.post(url.resolve("/v3/maintenance/status"), new JsonObject());
        return status.getAsJsonObject("header").get("member_id").equals(status.get("leader"));
    }

    private JsonObject range(String from, Optional<String> end) throws IOException, InterruptedException {
        JsonObject range = new JsonObject();
        range.addProperty("key", encoded(from));
        end.ifPresent(given -> range.addProperty("range_end", encoded(given)));
        // The member's own copy.
        range.addProperty("serializable", true);
        return http.postForAll(url.resolve("/v3/kv/range"), range);
    }

    private static Map<String, String> entries(JsonObject range) {
        Map<String, String> entries = new HashMap<>();
        if (range.has("kvs")) {
            for (JsonElement kv : range.getAsJsonArray("kvs")) {
                JsonObject entry = kv.getAsJsonObject();
                entries.put(
                        decoded(entry.get("key").getAsString()),
                        decoded(entry.get("value").getAsString()));
            }
        }
        return entries;
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }
}
