package dev.rafthttp.interop;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a relay says that it has seen.
 *
 * @param undecodable posts and streams whose bytes were no messages
 * @param flows by direction and message type, as {@code FROM -> TO TYPE}
 */
record RelayStatus(long undecodable, Map<String, Flow> flows) {
    /**
     * The account of one message type in one direction.
     *
     * @param dropped given up on purpose, for all reasons together
     */
    record Flow(long in, long out, long dropped) {}

    /** Reads {@code GET /v1/status}. */
    static RelayStatus of(JsonObject status) {
        Map<String, Flow> flows = new TreeMap<>();
        for (JsonElement each : status.getAsJsonArray("directions")) {
            JsonObject direction = each.getAsJsonObject();
            String name = direction.get("from").getAsString() + " -> "
                    + direction.get("to").getAsString();
            direction
                    .getAsJsonObject("types")
                    .asMap()
                    .forEach((type, counts) -> flows.put(name + " " + type, flow(counts.getAsJsonObject())));
        }
        return new RelayStatus(
                status.get("decodeErrors").getAsLong() + status.get("corrupt").getAsLong(), flows);
    }

    private static Flow flow(JsonObject counts) {
        long dropped = counts.getAsJsonObject("dropped").asMap().values().stream()
                .mapToLong(JsonElement::getAsLong)
                .sum();
        return new Flow(counts.get("in").getAsLong(), counts.get("out").getAsLong(), dropped);
    }
}
