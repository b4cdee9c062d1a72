package dev.rafthttp.demo;

import com.google.protobuf.ByteString;
import dev.rafthttp.ClusterId;
import dev.rafthttp.demo.proto.Command;
import dev.rafthttp.demo.proto.MapChunk;
import dev.rafthttp.demo.proto.Put;
import io.microraft.MembershipChangeMode;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.groupop.UpdateRaftGroupMembersOp;
import io.microraft.model.impl.DefaultRaftModelFactory;
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
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/** MicroRaft's messages with random values, zero and the highest among them more often than chance would have it. */
final class RandomMessages {
    static final Object GROUP = new ClusterId(7);

    private static final Map<Class<? extends RaftMessage>, Function<RandomMessages, RaftMessage>> BY_CLASS = Map.of(
            AppendEntriesRequest.class, RandomMessages::append,
            AppendEntriesSuccessResponse.class, RandomMessages::appendSuccess,
            AppendEntriesFailureResponse.class, RandomMessages::appendFailure,
            InstallSnapshotRequest.class, RandomMessages::installSnapshot,
            InstallSnapshotResponse.class, RandomMessages::chunkRequest,
            VoteRequest.class, RandomMessages::vote,
            VoteResponse.class, RandomMessages::voteResponse,
            PreVoteRequest.class, RandomMessages::preVote,
            PreVoteResponse.class, RandomMessages::preVoteResponse,
            TriggerLeaderElectionRequest.class, RandomMessages::triggerElection);

    private final RaftModelFactory models = new DefaultRaftModelFactory();
    private final Random random;

    RandomMessages(long seed) {
        random = new Random(seed);
    }

    /** The classes of messages that can be made. */
    static Set<Class<? extends RaftMessage>> classes() {
        return BY_CLASS.keySet();
    }

    RaftMessage of(Class<? extends RaftMessage> messageClass) {
        return Objects.requireNonNull(BY_CLASS.get(messageClass), messageClass.getName())
                .apply(this);
    }

    RaftMessage append() {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            entries.add(entry());
        }
        return append(entries);
    }

    RaftMessage append(List<LogEntry> entries) {
        return models.createAppendEntriesRequestBuilder()
                .setGroupId(GROUP)
                .setSender(endpoint())
                .setTerm(term())
                .setPreviousLogTerm(term())
                .setPreviousLogIndex(index())
                .setCommitIndex(index())
                .setLogEntries(entries)
                .setQuerySequenceNumber(index())
                .setFlowControlSequenceNumber(index())
                .build();
    }

    RaftMessage installSnapshot() {
        return installSnapshot(random.nextBoolean());
    }

    RaftMessage installSnapshot(boolean withChunk) {
        long snapshotIndex = index();
        int snapshotTerm = term();
        int chunks = 1 + random.nextInt(20);
        RaftGroupMembersView members = groupMembers();
        SnapshotChunk chunk = !withChunk
                ? null
                : models.createSnapshotChunkBuilder()
                        .setIndex(snapshotIndex)
                        .setTerm(snapshotTerm)
                        .setOperation(mapChunk())
                        .setSnapshotChunkIndex(random.nextInt(chunks))
                        .setSnapshotChunkCount(chunks)
                        .setGroupMembersView(members)
                        .build();
        return models.createInstallSnapshotRequestBuilder()
                .setGroupId(GROUP)
                .setSender(endpoint())
                .setTerm(term())
                .setSenderLeader(random.nextBoolean())
                .setSnapshotTerm(snapshotTerm)
                .setSnapshotIndex(snapshotIndex)
                .setTotalSnapshotChunkCount(chunks)
                .setSnapshotChunk(chunk)
                .setSnapshottedMembers(endpoints())
                .setGroupMembersView(members)
                .setQuerySequenceNumber(index())
                .setFlowControlSequenceNumber(index())
                .build();
    }

    RaftMessage vote(boolean sticky) {
        return models.createVoteRequestBuilder()
                .setGroupId(GROUP)
                .setSender(endpoint())
                .setTerm(term())
                .setLastLogTerm(term())
                .setLastLogIndex(index())
                .setSticky(sticky)
                .build();
    }

    LogEntry entry(Object operation) {
        return models.createLogEntryBuilder()
                .setTerm(term())
                .setIndex(index())
                .setOperation(operation)
                .build();
    }

    UpdateRaftGroupMembersOp groupMembersUpdate() {
        return models.createUpdateRaftGroupMembersOpBuilder()
                .setEndpoint(endpoint())
                .setMode(MembershipChangeMode.values()[random.nextInt(MembershipChangeMode.values().length)])
                .setMembers(endpoints())
                .setVotingMembers(endpoints())
                .build();
    }

    Command put() {
        return Command.newBuilder().setPut(mapEntry()).build();
    }

    RaftEndpoint endpoint() {
        long id = random.nextInt(8) == 0 ? -1 : random.nextLong();
        return MemberEndpoint.of(id == 0 ? 1 : id);
    }

    private RaftMessage appendSuccess() {
        return models.createAppendEntriesSuccessResponseBuilder()
                .setGroupId(GROUP)
                .setSender(endpoint())
                .setTerm(term())
                .setLastLogIndex(index())
                .setQuerySequenceNumber(index())
                .setFlowControlSequenceNumber(index())
                .build();
    }

    private RaftMessage appendFailure() {
        return models.createAppendEntriesFailureResponseBuilder()
                .setGroupId(GROUP)
                .setSender(endpoint())
                .setTerm(term())
                .setExpectedNextIndex(index())
                .setQuerySequenceNumber(index())
                .setFlowControlSequenceNumber(index())
                .build();
    }

    private RaftMessage chunkRequest() {
        return models.createInstallSnapshotResponseBuilder()
                .setGroupId(GROUP)
                .setSender(endpoint())
                .setTerm(term())
                .setSnapshotIndex(index())
                .setRequestedSnapshotChunkIndex(random.nextInt(20))
                .setQuerySequenceNumber(index())
                .setFlowControlSequenceNumber(index())
                .build();
    }

    private RaftMessage vote() {
        return vote(random.nextBoolean());
    }

    private RaftMessage voteResponse() {
        return models.createVoteResponseBuilder()
                .setGroupId(GROUP)
                .setSender(endpoint())
                .setTerm(term())
                .setGranted(random.nextBoolean())
                .build();
    }

    private RaftMessage preVote() {
        return models.createPreVoteRequestBuilder()
                .setGroupId(GROUP)
                .setSender(endpoint())
                .setTerm(term())
                .setLastLogTerm(term())
                .setLastLogIndex(index())
                .build();
    }

    private RaftMessage preVoteResponse() {
        return models.createPreVoteResponseBuilder()
                .setGroupId(GROUP)
                .setSender(endpoint())
                .setTerm(term())
                .setGranted(random.nextBoolean())
                .build();
    }

    private RaftMessage triggerElection() {
        return models.createTriggerLeaderElectionRequestBuilder()
                .setGroupId(GROUP)
                .setSender(endpoint())
                .setTerm(term())
                .setLastLogTerm(term())
                .setLastLogIndex(index())
                .build();
    }

    private LogEntry entry() {
        return entry(
                switch (random.nextInt(4)) {
                    case 0 -> Command.getDefaultInstance();
                    case 1 -> groupMembersUpdate();
                    default -> put();
                });
    }

    private RaftGroupMembersView groupMembers() {
        List<RaftEndpoint> voting = endpoints();
        Set<RaftEndpoint> members = new LinkedHashSet<>(voting);
        members.addAll(endpoints());
        return models.createRaftGroupMembersViewBuilder()
                .setLogIndex(index())
                .setMembers(members)
                .setVotingMembers(voting)
                .build();
    }

    private List<RaftEndpoint> endpoints() {
        Set<RaftEndpoint> endpoints = new LinkedHashSet<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            endpoints.add(endpoint());
        }
        return List.copyOf(endpoints);
    }

    private MapChunk mapChunk() {
        MapChunk.Builder chunk = MapChunk.newBuilder();
        for (int i = random.nextInt(10); i > 0; i--) {
            chunk.addEntries(mapEntry());
        }
        return chunk.build();
    }

    private Put mapEntry() {
        byte[] value = new byte[random.nextInt(200)];
        random.nextBytes(value);
        return Put.newBuilder()
                .setKey("key-" + random.nextInt())
                .setValue(ByteString.copyFrom(value))
                .build();
    }

    private int term() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> Integer.MAX_VALUE;
            default -> random.nextInt(Integer.MAX_VALUE);
        };
    }

    private long index() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> Long.MAX_VALUE;
            default -> random.nextLong() & Long.MAX_VALUE;
        };
    }
}
