package dev.rafthttp.microraft;

import com.google.protobuf.ByteString;
import dev.rafthttp.microraft.proto.MessageContext;
import dev.rafthttp.microraft.proto.SnapshotChunkRequest;
import dev.rafthttp.microraft.proto.SnapshotOffer;
import dev.rafthttp.raftpb.ConfState;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import io.microraft.RaftEndpoint;
import io.microraft.model.log.LogEntry;
import io.microraft.model.log.RaftGroupMembersView;
import io.microraft.model.log.SnapshotChunk;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.InstallSnapshotRequest;
import io.microraft.model.message.InstallSnapshotResponse;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.TriggerLeaderElectionRequest;
import io.microraft.model.message.VoteRequest;
import io.microraft.model.message.VoteResponse;
import java.util.Collection;
import java.util.List;

/** Turns MicroRaft's messages into raftpb's, as {@link RaftpbMapping} says. Immutable. */
final class ToRaftpb {
    // WIRE: etcd's own mark on a MsgVote of a leadership transfer, which members answer even while a leader lives.
    static final ByteString CAMPAIGN_TRANSFER = ByteString.copyFromUtf8("CampaignTransfer");

    private final Object groupId;
    private final LogEntries entries;
    private final OperationCodec operations;

    ToRaftpb(Object groupId, LogEntries entries, OperationCodec operations) {
        this.groupId = groupId;
        this.entries = entries;
        this.operations = operations;
    }

    Message write(RaftEndpoint to, RaftMessage message) {
        if (!message.getGroupId().equals(groupId)) {
            throw new IllegalArgumentException("message is of group " + message.getGroupId() + ", expected " + groupId);
        }
        Message.Builder raftpb = Message.newBuilder()
                .setTo(MemberEndpoint.idOf(to))
                .setFrom(MemberEndpoint.idOf(message.getSender()))
                .setTerm(message.getTerm());
        if (message instanceof AppendEntriesRequest append) {
            append(raftpb, append);
        } else if (message instanceof AppendEntriesSuccessResponse success) {
            raftpb.setType(MessageType.MsgAppResp)
                    .setIndex(success.getLastLogIndex())
                    .setContext(context(success.getQuerySequenceNumber(), success.getFlowControlSequenceNumber()));
        } else if (message instanceof AppendEntriesFailureResponse failure) {
            raftpb.setType(MessageType.MsgAppResp)
                    .setReject(true)
                    .setRejectHint(failure.getExpectedNextIndex())
                    .setContext(context(failure.getQuerySequenceNumber(), failure.getFlowControlSequenceNumber()));
        } else if (message instanceof InstallSnapshotRequest install) {
            installSnapshot(raftpb, install);
        } else if (message instanceof InstallSnapshotResponse response) {
            requestChunk(raftpb, response);
        } else {
            election(raftpb, message);
        }
        return raftpb.build();
    }

    private void append(Message.Builder raftpb, AppendEntriesRequest append) {
        List<LogEntry> appended = append.getLogEntries();
        raftpb.setType(appended.isEmpty() ? MessageType.MsgHeartbeat : MessageType.MsgApp)
                .setLogTerm(append.getPreviousLogTerm())
                .setIndex(append.getPreviousLogIndex())
                .setCommit(append.getCommitIndex())
                .setContext(context(append.getQuerySequenceNumber(), append.getFlowControlSequenceNumber()));
        for (LogEntry entry : appended) {
            raftpb.addEntries(entries.write(entry));
        }
    }

    private void installSnapshot(Message.Builder raftpb, InstallSnapshotRequest install) {
        RaftGroupMembersView groupMembers = install.getGroupMembersView();
        SnapshotOffer.Builder offer = SnapshotOffer.newBuilder()
                .setSenderLeader(install.isSenderLeader())
                .setTotalChunks(install.getTotalSnapshotChunkCount())
                .addAllSnapshottedMembers(MemberEndpoint.idsOf(install.getSnapshottedMembers()))
                .setGroupMembersLogIndex(groupMembers.getLogIndex());
        Snapshot.Builder snapshot = Snapshot.newBuilder()
                .setMetadata(SnapshotMetadata.newBuilder()
                        .setIndex(install.getSnapshotIndex())
                        .setTerm(install.getSnapshotTerm())
                        .setConfState(confState(groupMembers)));
        SnapshotChunk chunk = install.getSnapshotChunk();
        if (chunk != null) {
            requirePartOf(install, chunk);
            offer.setChunkIndex(chunk.getSnapshotChunkIndex());
            snapshot.setData(operations.writeChunk(chunk.getOperation()));
        }
        raftpb.setType(MessageType.MsgSnap)
                .setSnapshot(snapshot)
                .setContext(MessageContext.newBuilder()
                        .setQuerySequenceNumber(install.getQuerySequenceNumber())
                        .setFlowControlSequenceNumber(install.getFlowControlSequenceNumber())
                        .setOffer(offer)
                        .build()
                        .toByteString());
    }

    private static void requestChunk(Message.Builder raftpb, InstallSnapshotResponse response) {
        raftpb.setType(MessageType.MsgAppResp)
                .setIndex(response.getSnapshotIndex())
                .setContext(MessageContext.newBuilder()
                        .setQuerySequenceNumber(response.getQuerySequenceNumber())
                        .setFlowControlSequenceNumber(response.getFlowControlSequenceNumber())
                        .setChunkRequest(SnapshotChunkRequest.newBuilder()
                                .setChunkIndex(response.getRequestedSnapshotChunkIndex()))
                        .build()
                        .toByteString());
    }

    private static void election(Message.Builder raftpb, RaftMessage message) {
        if (message instanceof VoteRequest vote) {
            raftpb.setType(MessageType.MsgVote)
                    .setLogTerm(vote.getLastLogTerm())
                    .setIndex(vote.getLastLogIndex());
            if (!vote.isSticky()) {
                raftpb.setContext(CAMPAIGN_TRANSFER);
            }
        } else if (message instanceof VoteResponse vote) {
            raftpb.setType(MessageType.MsgVoteResp).setReject(!vote.isGranted());
        } else if (message instanceof PreVoteRequest preVote) {
            raftpb.setType(MessageType.MsgPreVote)
                    .setLogTerm(preVote.getLastLogTerm())
                    .setIndex(preVote.getLastLogIndex());
        } else if (message instanceof PreVoteResponse preVote) {
            raftpb.setType(MessageType.MsgPreVoteResp).setReject(!preVote.isGranted());
        } else if (message instanceof TriggerLeaderElectionRequest trigger) {
            raftpb.setType(MessageType.MsgTimeoutNow)
                    .setLogTerm(trigger.getLastLogTerm())
                    .setIndex(trigger.getLastLogIndex());
        } else {
            throw new IllegalArgumentException(
                    "no raftpb type stands for a " + message.getClass().getName());
        }
    }

    private static ByteString context(long querySequenceNumber, long flowControlSequenceNumber) {
        return MessageContext.newBuilder()
                .setQuerySequenceNumber(querySequenceNumber)
                .setFlowControlSequenceNumber(flowControlSequenceNumber)
                .build()
                .toByteString();
    }

    private static ConfState confState(RaftGroupMembersView groupMembers) {
        Collection<RaftEndpoint> voting = groupMembers.getVotingMembers();
        ConfState.Builder confState = ConfState.newBuilder().addAllVoters(MemberEndpoint.idsOf(voting));
        for (RaftEndpoint member : groupMembers.getMembers()) {
            if (!voting.contains(member)) {
                confState.addLearners(MemberEndpoint.idOf(member));
            }
        }
        return confState.build();
    }

    /** A chunk's own index, term, count and members do not travel: they are the snapshot's. */
    private static void requirePartOf(InstallSnapshotRequest install, SnapshotChunk chunk) {
        if (chunk.getIndex() != install.getSnapshotIndex()
                || chunk.getTerm() != install.getSnapshotTerm()
                || chunk.getSnapshotChunkCount() != install.getTotalSnapshotChunkCount()
                || chunk.getGroupMembersView().getLogIndex()
                        != install.getGroupMembersView().getLogIndex()) {
            throw new IllegalArgumentException(chunk + " is not a part of the snapshot in " + install);
        }
    }
}
