package dev.rafthttp.demo.kv;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.microraft.MemberEndpoint;
import io.microraft.RaftEndpoint;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The members that replicate the store.
 *
 * @param id MicroRaft's name of the group, which is the cluster's
 * @param members the members it is first started with
 */
public record RaftGroup(ClusterId id, SortedSet<MemberId> members) {

    public static RaftGroup of(ClusterId id, Collection<MemberId> members) {
        return new RaftGroup(id, new TreeSet<>(members));
    }

    /** All members, as MicroRaft names them. */
    List<RaftEndpoint> endpoints() {
        return members.stream().<RaftEndpoint>map(MemberEndpoint::new).toList();
    }
}
