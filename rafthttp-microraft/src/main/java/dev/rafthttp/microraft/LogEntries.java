package dev.rafthttp.microraft;

import dev.rafthttp.microraft.proto.GroupMembersUpdate;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.EntryType;
import io.microraft.MembershipChangeMode;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.log.LogEntry;
import java.io.IOException;

/**
 * Log entries as raftpb carries them: the state machine's operations in an EntryNormal, changes of the group's members in an
 * EntryConfChange. Immutable.
 */
final class LogEntries {
    private final RaftModelFactory models;
    private final OperationCodec operations;

    LogEntries(RaftModelFactory models, OperationCodec operations) {
        this.models = models;
        this.operations = operations;
    }

    Entry write(LogEntry entry) {
        Entry.Builder raftpb = Entry.newBuilder().setTerm(entry.getTerm()).setIndex(entry.getIndex());
        if (entry.getOperation() instanceof UpdateRaftGroupMembersOp update) {
            return raftpb.setType(EntryType.EntryConfChange)
                    .setData(toProto(update).toByteString())
                    .build();
        }
        try {
            return raftpb.setType(EntryType.EntryNormal)
                    .setData(operations.write(entry.getOperation()))
                    .build();
        } catch (IllegalArgumentException foreign) {
            throw new IllegalArgumentException("entry " + entry.getIndex() + ": " + foreign.getMessage(), foreign);
        }
    }

    LogEntry read(Entry entry) throws IOException {
        Object operation = switch (entry.getType()) {
            case EntryNormal -> operations.read(entry.getData());
            case EntryConfChange -> fromProto(GroupMembersUpdate.parseFrom(entry.getData()));
            default ->
                throw new IllegalArgumentException("entry " + Long.toUnsignedString(entry.getIndex()) + " is a "
                        + entry.getType() + ", expected EntryNormal or EntryConfChange");
        };
        return models.createLogEntryBuilder()
                .setTerm(term(entry.getTerm()))
                .setIndex(entry.getIndex())
                .setOperation(operation)
                .build();
    }

    /**
     * A term from the wire: 64 bits in raftpb, and 31 in MicroRaft.
     *
     * @throws IllegalArgumentException if MicroRaft cannot hold it
     */
    static int term(long term) {
        if (term < 0 || term > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "term is " + Long.toUnsignedString(term) + ", not in 0 to " + Integer.MAX_VALUE);
        }
        return (int) term;
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
}
