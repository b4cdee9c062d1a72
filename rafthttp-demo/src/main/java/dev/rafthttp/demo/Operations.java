package dev.rafthttp.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.demo.proto.Command;
import dev.rafthttp.demo.proto.GroupMembersUpdate;
import dev.rafthttp.demo.proto.MapChunk;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.EntryType;
import io.microraft.MembershipChangeMode;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.log.BaseLogEntry;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.SnapshotChunk;

/**
 * What this store's log entries and snapshot chunks hold, as raftpb carries it: a {@link Command} in an EntryNormal, a change
 * of the group's members in an EntryConfChange, a {@link MapChunk} in a snapshot's data.
 */
final class Operations {
    private final RaftModelFactory models;

    Operations(RaftModelFactory models) {
        this.models = models;
    }

    /**
     * An entry for the wire.
     *
     * @throws IllegalArgumentException if its operation is not of this store
     */
    Entry toRaftpb(LogEntry entry) {
        Entry.Builder raftpb = Entry.newBuilder().setTerm(entry.getTerm()).setIndex(entry.getIndex());
        Object operation = entry.getOperation();
        if (operation instanceof Command command) {
            return raftpb.setType(EntryType.EntryNormal)
                    .setData(command.toByteString())
                    .build();
        }
        if (operation instanceof UpdateRaftGroupMembersOp update) {
            return raftpb.setType(EntryType.EntryConfChange)
                    .setData(toProto(update).toByteString())
                    .build();
        }
        throw foreign("entry", entry);
    }

    /**
     * The inverse of {@link #toRaftpb}.
     *
     * @throws IllegalArgumentException if the entry is of a type this store does not write, or its term is out of range
     * @throws InvalidProtocolBufferException if its data is corrupt
     */
    LogEntry fromRaftpb(Entry entry) throws InvalidProtocolBufferException {
        Object operation = switch (entry.getType()) {
            case EntryNormal -> Command.parseFrom(entry.getData());
            case EntryConfChange -> fromProto(GroupMembersUpdate.parseFrom(entry.getData()));
            default ->
                throw new IllegalArgumentException("entry " + Long.toUnsignedString(entry.getIndex()) + " is a "
                        + entry.getType() + ", expected EntryNormal or EntryConfChange");
        };
        return models.createLogEntryBuilder()
                .setTerm(Terms.fromRaftpb(entry.getTerm()))
                .setIndex(entry.getIndex())
                .setOperation(operation)
                .build();
    }

    /**
     * A snapshot chunk's content for the wire.
     *
     * @throws IllegalArgumentException if it is not of this store
     */
    static ByteString chunkData(SnapshotChunk chunk) {
        if (chunk.getOperation() instanceof MapChunk content) {
            return content.toByteString();
        }
        throw foreign("snapshot chunk", chunk);
    }

    private static GroupMembersUpdate toProto(UpdateRaftGroupMembersOp update) {
        return GroupMembersUpdate.newBuilder()
                .setMember(MemberEndpoint.idOf(update.getEndpoint()))
                .setMode(
                        switch (update.getMode()) {
                            case ADD_LEARNER -> GroupMembersUpdate.Mode.ADD_LEARNER;
                            case ADD_OR_PROMOTE_TO_FOLLOWER -> GroupMembersUpdate.Mode.ADD_OR_PROMOTE_TO_FOLLOWER;
                            case REMOVE_MEMBER -> GroupMembersUpdate.Mode.REMOVE_MEMBER;
                        })
                .addAllMembers(MemberEndpoint.idsOf(update.getMembers()))
                .addAllVotingMembers(MemberEndpoint.idsOf(update.getVotingMembers()))
                .build();
    }

    private UpdateRaftGroupMembersOp fromProto(GroupMembersUpdate update) {
        return models.createUpdateRaftGroupMembersOpBuilder()
                .setEndpoint(MemberEndpoint.of(update.getMember()))
                .setMode(
                        switch (update.getMode()) {
                            case ADD_LEARNER -> MembershipChangeMode.ADD_LEARNER;
                            case ADD_OR_PROMOTE_TO_FOLLOWER -> MembershipChangeMode.ADD_OR_PROMOTE_TO_FOLLOWER;
                            case REMOVE_MEMBER -> MembershipChangeMode.REMOVE_MEMBER;
                            case MODE_UNSPECIFIED, UNRECOGNIZED ->
                                throw new IllegalArgumentException(
                                        "group members update has mode " + update.getModeValue() + ", expected 1 to 3");
                        })
                .setMembers(MemberEndpoint.of(update.getMembersList()))
                .setVotingMembers(MemberEndpoint.of(update.getVotingMembersList()))
                .build();
    }

    /** What to throw for an operation of another store. */
    static IllegalArgumentException foreign(String what, BaseLogEntry entry) {
        return new IllegalArgumentException(what + " at index " + entry.getIndex() + " holds a "
                + entry.getOperation().getClass().getName() + ", which this store does not write");
    }
}
