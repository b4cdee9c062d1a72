package dev.rafthttp.microraft;

import dev.rafthttp.microraft.proto.MessageContext;
import dev.rafthttp.microraft.proto.SnapshotOffer;
import dev.rafthttp.raftpb.ConfState;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.SnapshotMetadata;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.message.RaftMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns raftpb's messages into MicroRaft's: the inverse of {@link ToRaftpb}. Immutable. */
final class FromRaftpb {
    private final Object groupId;
    private final RaftModelFactory models;
    private final LogEntries entries;
    private final OperationCodec operations;

    FromRaftpb(Object groupId, RaftModelFactory models, LogEntries entries, OperationCodec operations) {
        this.groupId = groupId;
        this.models = models;
        this.entries = entries;
        this.operations = operations;
    }

    RaftMessage read(Message message) throws IOException {
        RaftEndpoint from = MemberEndpoint.of(message.getFrom());
        int term = LogEntries.term(message.getTerm());
        return switch (message.getType()) {
            case MsgApp, MsgHeartbeat -> append(from, term, message);
            case MsgAppResp -> response(from, term, message);
            case MsgSnap -> installSnapshot(from, term, message);
            case MsgVote ->
                models.createVoteRequestBuilder()
                        .setGroupId(groupId)
                        .setSender(from)
                        .setTerm(term)
                        .setLastLogTerm(LogEntries.term(message.getLogTerm()))
                        .setLastLogIndex(message.getIndex())
                        .setSticky(!message.getContext().equals(ToRaftpb.CAMPAIGN_TRANSFER))
                        .build();
            case MsgVoteResp ->
                models.createVoteResponseBuilder()
                        .setGroupId(groupId)
                        .setSender(from)
                        .setTerm(term)
                        .setGranted(!message.getReject())
                        .build();
            case MsgPreVote ->
                models.createPreVoteRequestBuilder()
                        .setGroupId(groupId)
                        .setSender(from)
                        .setTerm(term)
                        .setLastLogTerm(LogEntries.term(message.getLogTerm()))
                        .setLastLogIndex(message.getIndex())
                        .build();
            case MsgPreVoteResp ->
                models.createPreVoteResponseBuilder()
                        .setGroupId(groupId)
                        .setSender(from)
                        .setTerm(term)
                        .setGranted(!message.getReject())
                        .build();
            case MsgTimeoutNow ->
                models.createTriggerLeaderElectionRequestBuilder()
                        .setGroupId(groupId)
                        .setSender(from)
                        .setTerm(term)
                        .setLastLogTerm(LogEntries.term(message.getLogTerm()))
                        .setLastLogIndex(message.getIndex())
                        .build();
            default -> throw new IllegalArgumentException("no MicroRaft message stands for a " + message.getType());
        };
    }

    private RaftMessage append(RaftEndpoint from, int term, Message message) throws IOException {
        MessageContext context = MessageContext.parseFrom(message.getContext());
        List<LogEntry> appended = new ArrayList<>(message.getEntriesCount());
        for (Entry entry : message.getEntriesList()) {
            appended.add(entries.read(entry));
        }
        return models.createAppendEntriesRequestBuilder()
                .setGroupId(groupId)
                .setSender(from)
                .setTerm(term)
                .setPreviousLogTerm(LogEntries.term(message.getLogTerm()))
                .setPreviousLogIndex(message.getIndex())
                .setCommitIndex(message.getCommit())
                .setLogEntries(appended)
                .setQuerySequenceNumber(context.getQuerySequenceNumber())
                .setFlowControlSequenceNumber(context.getFlowControlSequenceNumber())
                .build();
    }

    private RaftMessage response(RaftEndpoint from, int term, Message message) throws IOException {
        MessageContext context = MessageContext.parseFrom(message.getContext());
        if (context.hasChunkRequest()) {
            return models.createInstallSnapshotResponseBuilder()
                    .setGroupId(groupId)
                    .setSender(from)
                    .setTerm(term)
                    .setSnapshotIndex(message.getIndex())
                    .setRequestedSnapshotChunkIndex(context.getChunkRequest().getChunkIndex())
                    .setQuerySequenceNumber(context.getQuerySequenceNumber())
                    .setFlowControlSequenceNumber(context.getFlowControlSequenceNumber())
                    .build();
        }
        if (message.getReject()) {
            return models.createAppendEntriesFailureResponseBuilder()
                    .setGroupId(groupId)
                    .setSender(from)
                    .setTerm(term)
                    .setExpectedNextIndex(message.getRejectHint())
                    .setQuerySequenceNumber(context.getQuerySequenceNumber())
                    .setFlowControlSequenceNumber(context.getFlowControlSequenceNumber())
                    .build();
        }
        return models.createAppendEntriesSuccessResponseBuilder()
                .setGroupId(groupId)
                .setSender(from)
                .setTerm(term)
                .setLastLogIndex(message.getIndex())
                .setQuerySequenceNumber(context.getQuerySequenceNumber())
                .setFlowControlSequenceNumber(context.getFlowControlSequenceNumber())
                .build();
    }

    private RaftMessage installSnapshot(RaftEndpoint from, int term, Message message) throws IOException {
        MessageContext context = MessageContext.parseFrom(message.getContext());
        SnapshotOffer offer = context.getOffer();
        SnapshotMetadata metadata = message.getSnapshot().getMetadata();
        RaftGroupMembersView groupMembers = groupMembers(metadata.getConfState(), offer.getGroupMembersLogIndex());
        return models.createInstallSnapshotRequestBuilder()
                .setGroupId(groupId)
                .setSender(from)
                .setTerm(term)
                .setSenderLeader(offer.getSenderLeader())
                .setSnapshotTerm(LogEntries.term(metadata.getTerm()))
                .setSnapshotIndex(metadata.getIndex())
                .setTotalSnapshotChunkCount(offer.getTotalChunks())
                .setSnapshotChunk(chunk(message, offer, groupMembers))
                .setSnapshottedMembers(MemberEndpoint.of(offer.getSnapshottedMembersList()))
                .setGroupMembersView(groupMembers)
                .setQuerySequenceNumber(context.getQuerySequenceNumber())
                .setFlowControlSequenceNumber(context.getFlowControlSequenceNumber())
                .build();
    }

    private @Nullable SnapshotChunk chunk(Message message, SnapshotOffer offer, RaftGroupMembersView groupMembers)
            throws IOException {
        if (!offer.hasChunkIndex()) {
            return null;
        }
        SnapshotMetadata metadata = message.getSnapshot().getMetadata();
        return models.createSnapshotChunkBuilder()
                .setIndex(metadata.getIndex())
                .setTerm(LogEntries.term(metadata.getTerm()))
                .setOperation(operations.readChunk(message.getSnapshot().getData()))
                .setSnapshotChunkIndex(offer.getChunkIndex())
                .setSnapshotChunkCount(offer.getTotalChunks())
                .setGroupMembersView(groupMembers)
                .build();
    }

    private RaftGroupMembersView groupMembers(ConfState confState, long logIndex) {
        List<RaftEndpoint> voting = MemberEndpoint.of(confState.getVotersList());
        Set<RaftEndpoint> members = new LinkedHashSet<>(voting);
        members.addAll(MemberEndpoint.of(confState.getLearnersList()));
        return models.createRaftGroupMembersViewBuilder()
                .setLogIndex(logIndex)
                .setMembers(members)
                .setVotingMembers(voting)
                .build();
    }
}
