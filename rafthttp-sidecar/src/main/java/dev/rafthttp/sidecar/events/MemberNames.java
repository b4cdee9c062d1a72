package dev.rafthttp.sidecar.events;

import dev.rafthttp.MemberId;
import java.util.Map;
import java.util.Optional;

/** What people call members, where the options name them. */
public record MemberNames(Map<MemberId, String> names) {
    /** Copies the names. */
    public MemberNames {
        names = Map.copyOf(names);
    }

    public Optional<String> find(MemberId id) {
        return Optional.ofNullable(names.get(id));
    }

    /** A member for people: its name, if it has one, and its ID. */
    public String shown(MemberId id) {
        return find(id).map(name -> name + " (" + id + ")").orElseGet(id::toString);
    }
}
