package dev.rafthttp.sidecarclient;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * The part of a sidecar's status that a node needs.
 *
 * @param member that the sidecar is of
 * @param cluster of that member
 * @param active the peers that it reaches now
 */
public record SidecarStatus(MemberId member, ClusterId cluster, Set<MemberId> active) {

    public SidecarStatus {
        active = Set.copyOf(active);
    }

    /**
     * Reads what {@code GET /v1/status} answers.
     *
     * @throws IOException if it is not such a status
     */
    static SidecarStatus parse(String json) throws IOException {
        try {
            JsonObject status = JsonParser.parseString(json).getAsJsonObject();
            Set<MemberId> active = new HashSet<>();
            for (JsonElement each : field(status, "peers").getAsJsonArray()) {
                JsonObject peer = each.getAsJsonObject();
                if (peer.has("activeSince")) {
                    active.add(MemberId.parse(field(peer, "id").getAsString()));
                }
            }
            return new SidecarStatus(
                    MemberId.parse(field(status, "member").getAsString()),
                    ClusterId.parse(field(status, "cluster").getAsString()),
                    active);
        } catch (JsonParseException | IllegalStateException | IllegalArgumentException e) {
            throw new IOException("the sidecar's status is " + json + ", expected its member, cluster and peers", e);
        }
    }

    private static JsonElement field(JsonObject object, String name) {
        JsonElement value = object.get(name);
        if (value == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return value;
    }
}
