package dev.rafthttp.sidecar.relay;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.rafthttp.MemberId;
import dev.rafthttp.sidecar.node.JsonFile;
import dev.rafthttp.sidecar.options.HttpUrl;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the API changed of the membership, on disk, so that a relay that is started again with the same options knows it:
 * members put, which come before those of the options, and members removed. Not thread-safe; its user is {@link Membership}.
 */
final class StateFile {
    private final JsonFile file;

    StateFile(Path folder) {
        this.file = new JsonFile(folder.resolve("members.json"));
    }

    /** The difference to the options. */
    record Changes(Map<MemberId, RelayMember> put, Set<MemberId> removed) {
        static Changes none() {
            return new Changes(new LinkedHashMap<>(), new LinkedHashSet<>());
        }
    }

    /** @throws dev.rafthttp.sidecar.node.StateFileException if there is a file that cannot be understood */
    Changes read() {
        return file.read(StateFile::changes).orElseGet(Changes::none);
    }

    private static Changes changes(JsonObject json) {
        Changes changes = Changes.none();
        for (JsonElement element : json.getAsJsonArray("put")) {
            RelayMember member = member(element.getAsJsonObject());
            changes.put().put(member.id(), member);
        }
        for (JsonElement id : json.getAsJsonArray("removed")) {
            changes.removed().add(MemberId.parse(id.getAsString()));
        }
        return changes;
    }

    private static RelayMember member(JsonObject json) {
        List<URI> fronts = new ArrayList<>();
        json.getAsJsonArray("front").forEach(url -> fronts.add(HttpUrl.parse(url.getAsString())));
        return new RelayMember(
                MemberId.parse(json.get("id").getAsString()),
                json.get("name").getAsString(),
                fronts,
                HttpUrl.parse(json.get("nextHop").getAsString()));
    }

    /**
     * Replaces the file, in one step.
     *
     * @throws dev.rafthttp.sidecar.node.StateFileException if it cannot be written
     */
    void write(Changes changes) {
        JsonArray put = new JsonArray();
        changes.put().values().forEach(member -> put.add(json(member)));
        JsonArray removed = new JsonArray();
        changes.removed().forEach(id -> removed.add(id.toString()));
        JsonObject json = new JsonObject();
        json.add("put", put);
        json.add("removed", removed);
        file.write(json);
    }

    private static JsonObject json(RelayMember member) {
        JsonArray fronts = new JsonArray();
        member.fronts().forEach(url -> fronts.add(url.toString()));
        JsonObject json = new JsonObject();
        json.addProperty("id", member.id().toString());
        json.addProperty("name", member.name());
        json.add("front", fronts);
        json.addProperty("nextHop", member.nextHop().toString());
        return json;
    }
}
