package dev.rafthttp.sidecar.relay;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.rafthttp.MemberId;
import dev.rafthttp.sidecar.options.HttpUrl;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
    private static final Gson GSON = new GsonBuilder().setPrettyPrinting().create();

    private final Path file;

    StateFile(Path folder) {
        this.file = folder.resolve("members.json");
    }

    /** The difference to the options. */
    record Changes(Map<MemberId, RelayMember> put, Set<MemberId> removed) {
        static Changes none() {
            return new Changes(new LinkedHashMap<>(), new LinkedHashSet<>());
        }
    }

    /** @throws StateFileException if there is a file that cannot be understood */
    Changes read() {
        Changes changes = Changes.none();
        try {
            if (!Files.exists(file)) {
                return changes;
            }
            JsonObject json = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
            for (JsonElement element : json.getAsJsonArray("put")) {
                RelayMember member = member(element.getAsJsonObject());
                changes.put().put(member.id(), member);
            }
            for (JsonElement id : json.getAsJsonArray("removed")) {
                changes.removed().add(MemberId.parse(id.getAsString()));
            }
            return changes;
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | NullPointerException e) {
            throw new StateFileException(file, "cannot be read: " + e + "; repair it, or move it away", e);
        }
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
     * @throws StateFileException if it cannot be written
     */
    void write(Changes changes) {
        JsonArray put = new JsonArray();
        changes.put().values().forEach(member -> put.add(json(member)));
        JsonArray removed = new JsonArray();
        changes.removed().forEach(id -> removed.add(id.toString()));
        JsonObject json = new JsonObject();
        json.add("put", put);
        json.add("removed", removed);
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(GSON.toJson(json).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StateFileException(file, "cannot be written: " + e, e);
        }
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
