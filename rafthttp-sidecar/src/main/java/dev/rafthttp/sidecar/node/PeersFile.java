package dev.rafthttp.sidecar.node;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the API changed of the peers, on disk, so that a sidecar that is started again with the same options knows it: peers
 * put, which come before those of the options, and peers removed. Not thread-safe; its user is {@link Peers}.
 */
final class PeersFile {
    private final JsonFile file;

    PeersFile(Path folder) {
        this.file = new JsonFile(folder.resolve("peers.json"));
    }

    /** The difference to the options. */
    record Changes(Map<MemberId, NodePeer> put, Set<MemberId> removed) {
        static Changes none() {
            return new Changes(new LinkedHashMap<>(), new LinkedHashSet<>());
        }
    }

    /** @throws StateFileException if there is a file that cannot be understood */
    Changes read() {
        return file.read(PeersFile::changes).orElseGet(Changes::none);
    }

    private static Changes changes(JsonObject json) {
        Changes changes = Changes.none();
        for (JsonElement element : json.getAsJsonArray("put")) {
            JsonObject peer = element.getAsJsonObject();
            MemberId id = MemberId.parse(peer.get("id").getAsString());
            changes.put().put(id, NodePeer.parse(id, peer, Dialect.PUSH));
        }
        for (JsonElement id : json.getAsJsonArray("removed")) {
            changes.removed().add(MemberId.parse(id.getAsString()));
        }
        return changes;
    }

    /** @throws StateFileException if it cannot be written */
    void write(Changes changes) {
        JsonArray put = new JsonArray();
        changes.put().values().forEach(peer -> put.add(peer.json()));
        JsonArray removed = new JsonArray();
        changes.removed().forEach(id -> removed.add(id.toString()));
        JsonObject json = new JsonObject();
        json.add("put", put);
        json.add("removed", removed);
        file.write(json);
    }
}
