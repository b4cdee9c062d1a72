package dev.rafthttp.demo.store;

import dev.rafthttp.ClusterId;
import dev.rafthttp.demo.store.proto.StoredChunk;
import dev.rafthttp.demo.store.proto.StoredEndpoint;
import dev.rafthttp.demo.store.proto.StoredMembers;
import dev.rafthttp.demo.store.proto.StoredTerm;
import dev.rafthttp.microraft.MemberEndpoint;
import dev.rafthttp.microraft.OperationCodec;
import dev.rafthttp.microraft.RaftpbMapping;
import dev.rafthttp.raftpb.Entry;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;
import java.io.IOException;

/** MicroRaft's persistent state as bytes: protobuf messages of store.proto, and raftpb's for log entries. Immutable. */
final class DiskFormat {
    private final RaftModelFactory models;
    private final OperationCodec operations;
    private final RaftpbMapping mapping;

    /** @param operations what the entries and chunks hold */
    DiskFormat(ClusterId cluster, RaftModelFactory models, OperationCodec operations) {
        this.models = models;
        this.operations = operations;
        this.mapping = new RaftpbMapping(cluster, models, operations);
    }

    byte[] write(RaftEndpointPersistentState state) {
        return StoredEndpoint.newBuilder()
                .setMember(MemberEndpoint.idOf(state.getLocalEndpoint()))
                .setVoting(state.isVoting())
                .build()
                .toByteArray();
    }

    RaftEndpointPersistentState endpoint(byte[] bytes) throws IOException {
        StoredEndpoint stored = StoredEndpoint.parseFrom(bytes);
        return models.createRaftEndpointPersistentStateBuilder()
                .setLocalEndpoint(MemberEndpoint.of(stored.getMember()))
                .setVoting(stored.getVoting())
                .build();
    }

    byte[] write(RaftTermPersistentState state) {
        StoredTerm.Builder stored = StoredTerm.newBuilder().setTerm(state.getTerm());
        RaftEndpoint votedFor = state.getVotedFor();
        if (votedFor != null) {
            stored.setVotedFor(MemberEndpoint.idOf(votedFor));
        }
        return stored.build().toByteArray();
    }

    RaftTermPersistentState term(byte[] bytes) throws IOException {
        StoredTerm stored = StoredTerm.parseFrom(bytes);
        return models.createRaftTermPersistentStateBuilder()
                .setTerm(stored.getTerm())
                .setVotedFor(stored.hasVotedFor() ? MemberEndpoint.of(stored.getVotedFor()) : null)
                .build();
    }

    byte[] write(RaftGroupMembersView members) {
        return stored(members).toByteArray();
    }

    RaftGroupMembersView members(byte[] bytes) throws IOException {
        return members(StoredMembers.parseFrom(bytes));
    }

    byte[] write(LogEntry entry) {
        return mapping.write(entry).toByteArray();
    }

    LogEntry entry(byte[] bytes) throws IOException {
        return mapping.read(Entry.parseFrom(bytes));
    }

    byte[] write(SnapshotChunk chunk) {
        return StoredChunk.newBuilder()
                .setTerm(chunk.getTerm())
                .setChunkCount(chunk.getSnapshotChunkCount())
                .setMembers(stored(chunk.getGroupMembersView()))
                .setContent(operations.writeChunk(chunk.getOperation()))
                .build()
                .toByteArray();
    }

    SnapshotChunk chunk(long snapshotIndex, int chunkIndex, byte[] bytes) throws IOException {
        StoredChunk stored = StoredChunk.parseFrom(bytes);
        return models.createSnapshotChunkBuilder()
                .setIndex(snapshotIndex)
                .setTerm(stored.getTerm())
                .setOperation(operations.readChunk(stored.getContent()))
                .setSnapshotChunkIndex(chunkIndex)
                .setSnapshotChunkCount(stored.getChunkCount())
                .setGroupMembersView(members(stored.getMembers()))
                .build();
    }

    private static StoredMembers stored(RaftGroupMembersView members) {
        return StoredMembers.newBuilder()
                .setLogIndex(members.getLogIndex())
                .addAllMembers(MemberEndpoint.idsOf(members.getMembers()))
                .addAllVotingMembers(MemberEndpoint.idsOf(members.getVotingMembers()))
                .build();
    }

    private RaftGroupMembersView members(StoredMembers stored) {
        return models.createRaftGroupMembersViewBuilder()
                .setLogIndex(stored.getLogIndex())
                .setMembers(MemberEndpoint.of(stored.getMembersList()))
                .setVotingMembers(MemberEndpoint.of(stored.getVotingMembersList()))
                .build();
    }
}
