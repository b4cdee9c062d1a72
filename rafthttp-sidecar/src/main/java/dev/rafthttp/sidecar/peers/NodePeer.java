package dev.rafthttp.sidecar.peers;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.options.HttpUrl;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A peer as it is configured, as it is kept, and as the API has it.
 *
 * @param urls where it listens, tried in turn; 1 or more
 * @param dialect how it speaks, and so which side dials the streams
 */
public record NodePeer(MemberId id, List<URI> urls, Dialect dialect) {
    /** How a dialect looks, for messages. */
    public static final String DIALECTS = "push or etcd";

    /** Copies the URLs. */
    public NodePeer {
        urls = List.copyOf(urls);
    }

    /**
     * Reads a dialect by its label.
     *
     * @throws IllegalArgumentException if there is no such one
     */
    public static Dialect dialect(String label) {
        for (Dialect dialect : Dialect.values()) {
            if (dialect.label().equals(label.toLowerCase(Locale.ROOT))) {
                return dialect;
            }
        }
        throw new IllegalArgumentException("dialect \"" + label + "\": expected " + DIALECTS);
    }

    /**
     * Reads {@code {"urls": […], "dialect": "push"}}.
     *
     * @param usual the dialect if none is given
     * @throws IllegalArgumentException naming every mistake, with the value and what is expected
     */
    static NodePeer parse(MemberId id, JsonObject json, Dialect usual) {
        List<String> mistakes = new ArrayList<>();
        Set<String> unknown = new TreeSet<>(json.keySet());
        unknown.removeAll(Set.of("id", "urls", "dialect"));
        unknown.forEach(field -> mistakes.add("\"" + field + "\": expected only urls and dialect"));
        if (json.has("id") && !string(json.get("id")).equals(id.toString())) {
            mistakes.add("id " + json.get("id") + ": expected \"" + id + "\", as in the path");
        }
        List<URI> urls = urls(json.get("urls"), mistakes);
        Dialect dialect = usual;
        if (json.has("dialect")) {
            try {
                dialect = dialect(string(json.get("dialect")));
            } catch (IllegalArgumentException e) {
                mistakes.add("dialect " + json.get("dialect") + ": expected " + DIALECTS);
            }
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
        return new NodePeer(id, urls, dialect);
    }

    private static String string(@Nullable JsonElement element) {
        return element != null && element.isJsonPrimitive() ? element.getAsString() : "";
    }

    private static List<URI> urls(@Nullable JsonElement element, List<String> mistakes) {
        List<URI> urls = new ArrayList<>();
        if (element == null
                || !element.isJsonArray()
                || element.getAsJsonArray().isEmpty()) {
            mistakes.add("urls " + (element == null ? "is missing" : element) + ": expected a list of one or more "
                    + HttpUrl.EXPECTED_OF_PEER);
            return urls;
        }
        for (JsonElement each : element.getAsJsonArray()) {
            try {
                urls.add(HttpUrl.parsePeer(string(each)));
            } catch (IllegalArgumentException e) {
                mistakes.add("urls " + each + ": expected " + HttpUrl.EXPECTED_OF_PEER + "; " + e.getMessage());
            }
        }
        return urls;
    }
}
