package dev.rafthttp.demo;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.demo.proto.MapChunk;
import dev.rafthttp.demo.proto.StoredChunk;
import dev.rafthttp.demo.proto.StoredEndpoint;
import dev.rafthttp.demo.proto.StoredMembers;
import dev.rafthttp.demo.proto.StoredTerm;
import dev.rafthttp.raftpb.Entry;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.persistence.RaftEndpointPersistentState;
import io.microraft.model.persistence.RaftTermPersistentState;

/** MicroRaft's persistent state as bytes: protobuf messages of demo.proto, and raftpb's for log entries. Immutable. */
final class DiskFormat {
    private final RaftModelFactory models;
    private final Operations operations;

    DiskFormat(RaftModelFactory models) {
        this.models = models;
        this.operations = new Operations(models);
    }

    byte[] write(RaftEndpointPersistentState state) {
        return StoredEndpoint.newBuilder()
                .setMember(MemberEndpoint.idOf(state.getLocalEndpoint()))
                .setVoting(state.isVoting())
                .build()
                .toByteArray();
    }

    RaftEndpointPersistentState endpoint(byte[] bytes) throws InvalidProtocolBufferException {
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

    RaftTermPersistentState term(byte[] bytes) throws InvalidProtocolBufferException {
        StoredTerm stored = StoredTerm.parseFrom(bytes);
        return models.createRaftTermPersistentStateBuilder()
                .setTerm(stored.getTerm())
                .setVotedFor(stored.hasVotedFor() ? MemberEndpoint.of(stored.getVotedFor()) : null)
                .build();
    }

    byte[] write(RaftGroupMembersView members) {
        return stored(members).toByteArray();
    }

    RaftGroupMembersView members(byte[] bytes) throws InvalidProtocolBufferException {
        return members(StoredMembers.parseFrom(bytes));
    }

    byte[] write(LogEntry entry) {
        return operations.toRaftpb(entry).toByteArray();
    }

    LogEntry entry(byte[] bytes) throws InvalidProtocolBufferException {
        return operations.fromRaftpb(Entry.parseFrom(bytes));
    }

    byte[] write(SnapshotChunk chunk) {
        if (chunk.getOperation() instanceof MapChunk content) {
            return StoredChunk.newBuilder()
                    .setTerm(chunk.getTerm())
                    .setChunkCount(chunk.getSnapshotChunkCount())
                    .setMembers(stored(chunk.getGroupMembersView()))
                    .setContent(content)
                    .build()
                    .toByteArray();
        }
        throw Operations.foreign("snapshot chunk", chunk);
    }

    SnapshotChunk chunk(long snapshotIndex, int chunkIndex, byte[] bytes) throws InvalidProtocolBufferException {
        StoredChunk stored = StoredChunk.parseFrom(bytes);
        return models.createSnapshotChunkBuilder()
                .setIndex(snapshotIndex)
                .setTerm(stored.getTerm())
                .setOperation(stored.getContent())
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
