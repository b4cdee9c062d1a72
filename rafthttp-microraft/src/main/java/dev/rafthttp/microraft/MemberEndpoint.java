package dev.rafthttp.microraft;

import dev.rafthttp.MemberId;
import io.microraft.RaftEndpoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** A member, in the form in which MicroRaft names members. */
public record MemberEndpoint(MemberId id) implements RaftEndpoint {

    /** The endpoint with an ID from the wire. */
    public static MemberEndpoint of(long id) {
        return new MemberEndpoint(new MemberId(id));
    }

    /** Endpoints with IDs from the wire, in their order. */
    public static List<RaftEndpoint> of(Iterable<Long> ids) {
        List<RaftEndpoint> endpoints = new ArrayList<>();
        ids.forEach(id -> endpoints.add(of(id)));
        return endpoints;
    }

    /**
     * An endpoint's ID for the wire.
     *
     * @throws IllegalArgumentException if it is not a {@link MemberEndpoint}
     */
    public static long idOf(RaftEndpoint endpoint) {
        if (endpoint instanceof MemberEndpoint member) {
            return member.id.value();
        }
        throw new IllegalArgumentException("endpoint " + endpoint + " is a " + endpoint.getClass() + ", not a member");
    }

    /** Endpoints' IDs for the wire, in their order; fails as {@link #idOf}. */
    public static List<Long> idsOf(Collection<RaftEndpoint> endpoints) {
        return endpoints.stream().map(MemberEndpoint::idOf).toList();
    }

    /** The {@link MemberId}. */
    @Override
    public Object getId() {
        return id;
    }

    @Override
    public String toString() {
        return id.toString();
    }
}
