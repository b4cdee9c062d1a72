package dev.rafthttp.sidecar.peers;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.sidecar.http.PathId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All peers, and all members that have been removed, as {@code PUT /v1/peers} takes them. */
record PeerSet(List<NodePeer> peers, Set<MemberId> removed) {
    private static final String PEERS = "peers";
    private static final String REMOVED = "removed";

    /**
     * Reads {@code {"peers": {"HEX": {"urls": […], "dialect": "push"}}, "removed": ["HEX", …]}}.
     *
     * @param usual the dialect of a peer without one
     * @throws IllegalArgumentException naming every mistake, with the value and what is expected
     */
    static PeerSet parse(JsonObject json, Dialect usual) {
        List<String> mistakes = new ArrayList<>();
        Set<String> unknown = new TreeSet<>(json.keySet());
        unknown.removeAll(Set.of(PEERS, REMOVED));
        unknown.forEach(field -> mistakes.add("\"" + field + "\": expected only peers and removed"));
        List<NodePeer> peers = peers(json.get(PEERS), usual, mistakes);
        Set<MemberId> removed = removed(json.get(REMOVED), mistakes);
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
        return new PeerSet(peers, removed);
    }

    private static List<NodePeer> peers(@Nullable JsonElement element, Dialect usual, List<String> mistakes) {
        if (element == null || !element.isJsonObject()) {
            mistakes.add("peers " + shown(element) + ": expected an object of {\"urls\": […], \"dialect\": …} by ID");
            return List.of();
        }
        List<NodePeer> peers = new ArrayList<>();
        Set<MemberId> seen = new HashSet<>();
        for (Map.Entry<String, JsonElement> each : element.getAsJsonObject().entrySet()) {
            Optional<MemberId> id = id(PEERS, each.getKey(), mistakes);
            if (!each.getValue().isJsonObject()) {
                mistakes.add("peer " + each.getKey() + " is " + each.getValue() + ": expected an object with urls");
            } else if (id.isPresent() && !seen.add(id.get())) {
                mistakes.add("peer " + each.getKey() + ": expected each member once");
            } else if (id.isPresent()) {
                try {
                    peers.add(NodePeer.parse(id.get(), each.getValue().getAsJsonObject(), usual));
                } catch (IllegalArgumentException e) {
                    mistakes.add("peer " + each.getKey() + ": " + e.getMessage());
                }
            }
        }
        return peers;
    }

    private static Set<MemberId> removed(@Nullable JsonElement element, List<String> mistakes) {
        Set<MemberId> removed = new LinkedHashSet<>();
        if (element == null || !element.isJsonArray()) {
            mistakes.add("removed " + shown(element) + ": expected a list of IDs, which may be empty");
            return removed;
        }
        for (JsonElement each : element.getAsJsonArray()) {
            if (each.isJsonPrimitive() && each.getAsJsonPrimitive().isString()) {
                id(REMOVED, each.getAsString(), mistakes).ifPresent(removed::add);
            } else {
                mistakes.add("removed " + each + ": expected an ID as a string, in hexadecimal");
            }
        }
        return removed;
    }

    private static String shown(@Nullable JsonElement element) {
        return element == null ? "is missing" : element.toString();
    }

    private static Optional<MemberId> id(String field, String hex, List<String> mistakes) {
        try {
            return Optional.of(PathId.parse(hex));
        } catch (IllegalArgumentException e) {
            mistakes.add(field + ": " + e.getMessage());
            return Optional.empty();
        }
    }
}
