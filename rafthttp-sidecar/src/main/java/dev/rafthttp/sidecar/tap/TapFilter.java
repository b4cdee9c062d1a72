package dev.rafthttp.sidecar.tap;

import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.http.PathId;
import dev.rafthttp.sidecar.json.MessageText;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/**
 * Which messages to show.
 *
 * @param from only those of this member; empty: of any
 * @param to only those to this member; empty: to any
 * @param type only those of this type; null: of any
 */
record TapFilter(
        OptionalLong from, OptionalLong to, @Nullable MessageType type) {
    private static final Set<String> NAMES = Set.of("from", "to", "type");

    /**
     * Reads a query.
     *
     * @throws IllegalArgumentException naming the value and what is expected
     */
    static TapFilter of(Fields query) {
        Set<String> unknown = new TreeSet<>(query.getNames());
        unknown.removeAll(NAMES);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "query parameter " + String.join(", ", unknown) + ": expected from, to or type");
        }
        return new TapFilter(id(query.getValue("from")), id(query.getValue("to")), type(query.getValue("type")));
    }

    private static OptionalLong id(@Nullable String hex) {
        return hex == null
                ? OptionalLong.empty()
                : OptionalLong.of(PathId.parse(hex).value());
    }

    private static @Nullable MessageType type(@Nullable String name) {
        if (name == null) {
            return null;
        }
        try {
            return MessageType.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("type " + name + ": expected one of raftpb's, as in MsgApp", e);
        }
    }

    boolean shows(Message message) {
        return (from.isEmpty() || from.getAsLong() == message.getFrom())
                && (to.isEmpty() || to.getAsLong() == message.getTo())
                && (type == null || type.name().equals(MessageText.type(message)));
    }
}
