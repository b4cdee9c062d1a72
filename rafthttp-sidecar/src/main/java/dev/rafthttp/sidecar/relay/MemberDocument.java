package dev.rafthttp.sidecar.relay;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.rafthttp.MemberId;
import dev.rafthttp.options.HttpUrl;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import dev.rafthttp.sidecar.relay.standin.Topology;
import dev.rafthttp.sidecar.state.ChangesFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A member as it is kept, and as the API has it: {@code {"name": …, "front": URL or [URL…], "target" or "uplink": URL}}. */
record MemberDocument(MemberId id, String name, List<URI> front, Optional<URI> target, Optional<URI> uplink) {

    /** Where a relay keeps the members that were put and removed. */
    static ChangesFile<RelayMember> file(Path folder, Topology topology) {
        return new ChangesFile<>(
                folder.resolve("members.json"),
                topology.cluster(),
                (id, json) -> parse(id, json, topology),
                member -> of(member, topology));
    }

    /** A member, from which {@link #parse} makes the same one. */
    static MemberDocument of(RelayMember member, Topology topology) {
        Optional<URI> nextHop = Optional.of(member.nextHop());
        boolean isDirect = topology.isDirect(member.id());
        return new MemberDocument(
                member.id(),
                member.name(),
                member.fronts(),
                nextHop.filter(url -> isDirect),
                nextHop.filter(url -> !isDirect));
    }

    /** @throws IllegalArgumentException naming every mistake, with the value and what is expected */
    static RelayMember parse(MemberId id, JsonObject json, Topology topology) {
        String hop = topology.nextHopName(id);
        List<String> mistakes = new ArrayList<>();
        Set<String> unknown = new TreeSet<>(json.keySet());
        unknown.removeAll(Set.of("id", "name", "front", hop));
        for (String field : unknown) {
            mistakes.add("\"" + field + "\": expected only name, front and " + hop);
        }
        String name = string(json.get("name"));
        if (name.isBlank() || name.contains("=") || name.contains(",")) {
            mistakes.add("name " + json.get("name") + ": expected a name without '=' and ','");
        }
        List<URI> fronts = urls("front", json.get("front"), mistakes);
        List<URI> nextHop = urls(hop, json.get(hop), mistakes);
        if (fronts.isEmpty() && mistakes.isEmpty()) {
            mistakes.add("front: expected at least one " + HttpUrl.EXPECTED);
        }
        if (nextHop.size() != 1 && mistakes.isEmpty()) {
            mistakes.add(hop + ": expected one " + HttpUrl.EXPECTED);
        }
        if (mistakes.isEmpty() && fronts.contains(nextHop.get(0))) {
            mistakes.add(hop + " \"" + nextHop.get(0) + "\": expected another URL than the front");
        }
        if (!mistakes.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", mistakes));
        }
        return new RelayMember(id, name, fronts, nextHop.get(0));
    }

    private static String string(@Nullable JsonElement element) {
        return element != null && element.isJsonPrimitive() ? element.getAsString() : "";
    }

    private static List<URI> urls(String field, @Nullable JsonElement element, List<String> mistakes) {
        List<URI> urls = new ArrayList<>();
        if (element == null) {
            mistakes.add(field + " is missing: expected " + HttpUrl.EXPECTED);
            return urls;
        }
        List<JsonElement> elements =
                element.isJsonArray() ? element.getAsJsonArray().asList() : List.of(element);
        for (JsonElement each : elements) {
            try {
                urls.add(HttpUrl.parse(string(each)));
            } catch (IllegalArgumentException e) {
                mistakes.add(field + " " + each + ": expected " + HttpUrl.EXPECTED + "; " + e.getMessage());
            }
        }
        return urls;
    }
}
