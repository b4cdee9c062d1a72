package dev.rafthttp.sidecar.state;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * What an API changed of the members, on disk, so that a process that is started again with the same options knows it: members
 * put, which come before those of the options, and members removed; or all members, in place of those of the options. Not
 * thread-safe.
 *
 * @param <M> what is known of a member; its JSON has its {@code id}
 */
public final class ChangesFile<M> {
    private static final String CLUSTER = "cluster";

    private final Path path;
    private final JsonFile file;
    private final ClusterId cluster;
    private final BiFunction<MemberId, JsonObject, M> parse;
    private final Function<M, ?> document;

    /** The content of the file. */
    private record Kept(ClusterId cluster, List<Object> put, Set<MemberId> removed, Optional<Boolean> whole) {}

    /**
     * @param path need not exist
     * @param cluster whose members they are; the file of another cluster is not read
     * @param parse may throw what Gson and the project's parsers do
     * @param document what is kept of a member, as {@link dev.rafthttp.sidecar.json.Documents} has it
     */
    public ChangesFile(
            Path path, ClusterId cluster, BiFunction<MemberId, JsonObject, M> parse, Function<M, ?> document) {
        this.path = path;
        this.file = new JsonFile(path);
        this.cluster = cluster;
        this.parse = parse;
        this.document = document;
    }

    /**
     * The difference to the options.
     *
     * @param <M> what is known of a member
     * @param put members that there are
     * @param removed members that there are not
     * @param isWhole whether those put are all that there are, and those of the options no longer count
     */
    public record Changes<M>(Map<MemberId, M> put, Set<MemberId> removed, boolean isWhole) {
        /** No difference yet. */
        public static <M> Changes<M> none() {
            return new Changes<>(new LinkedHashMap<>(), new LinkedHashSet<>(), false);
        }

        /** All members, whatever the options say. */
        public static <M> Changes<M> whole(Map<MemberId, M> members, Set<MemberId> removed) {
            return new Changes<>(new LinkedHashMap<>(members), new LinkedHashSet<>(removed), true);
        }

        /** A member is put from now on, even if it had been removed. */
        public void put(MemberId id, M member) {
            put.put(id, member);
            removed.remove(id);
        }

        /** A member is removed from now on. */
        public void remove(MemberId id) {
            put.remove(id);
            removed.add(id);
        }
    }

    /**
     * Reads what was written last; nothing if there is no file.
     *
     * @throws StateFileException if there is a file that cannot be understood, or is another cluster's
     */
    public Changes<M> read() {
        return file.read(this::changes).orElseGet(Changes::none);
    }

    private Changes<M> changes(JsonObject all) {
        checkCluster(ClusterId.parse(all.get(CLUSTER).getAsString()));
        JsonElement isWhole = all.get("whole");
        Changes<M> changes =
                isWhole != null && isWhole.getAsBoolean() ? Changes.whole(Map.of(), Set.of()) : Changes.none();
        for (JsonElement element : all.getAsJsonArray("put")) {
            JsonObject member = element.getAsJsonObject();
            MemberId id = MemberId.parse(member.get("id").getAsString());
            changes.put(id, parse.apply(id, member));
        }
        for (JsonElement id : all.getAsJsonArray("removed")) {
            changes.remove(MemberId.parse(id.getAsString()));
        }
        return changes;
    }

    /** IDs may be given outright: the same ones may be members of another cluster, too. */
    private void checkCluster(ClusterId kept) {
        if (!kept.equals(cluster)) {
            throw new StateFileException(
                    path,
                    "is of cluster " + kept + ", not of this cluster, " + cluster
                            + ": give this one another --state-dir, or move the file away");
        }
    }

    /**
     * Replaces the file, in one step.
     *
     * @throws StateFileException if it cannot be written
     */
    public void write(Changes<M> changes) {
        List<Object> put = new ArrayList<>();
        changes.put().values().forEach(member -> put.add(document.apply(member)));
        Optional<Boolean> whole = changes.isWhole() ? Optional.of(true) : Optional.empty();
        file.write(new Kept(cluster, put, changes.removed(), whole));
    }
}
