package dev.rafthttp.microraft;

import dev.rafthttp.microraft.proto.MessageContext;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.RaftMessage;
import java.io.IOException;

/**
 * Turns MicroRaft's messages and log entries into raftpb's and back, without loss. Term, from, to and everything else that etcd's
 * Raft knows stand in raftpb's fields:
 *
 * <table>
 * <caption>the mapping</caption>
 * <tr><th>MicroRaft</th><th>raftpb</th></tr>
 * <tr><td>AppendEntriesRequest</td><td>MsgApp: index and logTerm of the entry before, entries, commit. MsgHeartbeat if it has
 *     no entries, so that it goes urgently: MicroRaft sends those to keep its lead, to find where logs match, and to tell of a
 *     commit, and answers them by the log's state and not by their order</td></tr>
 * <tr><td>AppendEntriesSuccessResponse</td><td>MsgAppResp: index of the last entry taken</td></tr>
 * <tr><td>AppendEntriesFailureResponse</td><td>MsgAppResp: reject, rejectHint is the next index expected</td></tr>
 * <tr><td>VoteRequest</td><td>MsgVote: index, logTerm; context "CampaignTransfer" if it is not sticky</td></tr>
 * <tr><td>VoteResponse</td><td>MsgVoteResp: reject</td></tr>
 * <tr><td>PreVoteRequest, PreVoteResponse</td><td>MsgPreVote, MsgPreVoteResp: as for votes</td></tr>
 * <tr><td>TriggerLeaderElectionRequest</td><td>MsgTimeoutNow: index, logTerm</td></tr>
 * <tr><td>InstallSnapshotRequest</td><td>MsgSnap: the chunk in the snapshot's data, index, term and members in its metadata.
 *     It goes by post, so that no chunk stands before an append or a heartbeat</td></tr>
 * <tr><td>InstallSnapshotResponse</td><td>MsgAppResp: index of the snapshot; its context asks for a chunk</td></tr>
 * <tr><td>LogEntry</td><td>EntryNormal: the operation in its data. EntryConfChange if it changes the group's members</td></tr>
 * </table>
 *
 * <p>Sequence numbers, and everything else that only MicroRaft knows, travel as a {@link MessageContext} in the message's context.
 * Endpoints are {@link MemberEndpoint}s. Immutable.
 */
public final class RaftpbMapping {
    private final LogEntries entries;
    private final ToRaftpb toRaftpb;
    private final FromRaftpb fromRaftpb;

    /**
     * Maps the messages of one group.
     *
     * @param groupId the group that every message is of; it does not travel, as the cluster ID stands for it
     * @param models makes MicroRaft's messages and entries
     * @param operations what entries and chunks hold
     */
    public RaftpbMapping(Object groupId, RaftModelFactory models, OperationCodec operations) {
        entries = new LogEntries(models, operations);
        toRaftpb = new ToRaftpb(groupId, entries, operations);
        fromRaftpb = new FromRaftpb(groupId, models, entries, operations);
    }

    /**
     * A message to send.
     *
     * @throws IllegalArgumentException if it is of another group or of an unknown class, if an endpoint is no member's, or if it
     *     holds what the state machine does not write
     */
    public Message write(RaftEndpoint to, RaftMessage message) {
        return toRaftpb.write(to, message);
    }

    /**
     * The inverse of {@link #write(RaftEndpoint, RaftMessage)}.
     *
     * @throws IllegalArgumentException if no MicroRaft message is of that type, or a value is out of MicroRaft's range: terms
     *     have 31 bits there, and 64 in raftpb
     * @throws IOException if the context, an entry or a snapshot is corrupt
     */
    public RaftMessage read(Message message) throws IOException {
        return fromRaftpb.read(message);
    }

    /**
     * An entry, as messages carry it, for a store that keeps it so.
     *
     * @throws IllegalArgumentException if the state machine does not write its operation
     */
    public Entry write(LogEntry entry) {
        return entries.write(entry);
    }

    /**
     * The inverse of {@link #write(LogEntry)}.
     *
     * @throws IllegalArgumentException if the entry is of a type that MicroRaft does not have, or its term is out of range
     * @throws IOException if its data is corrupt
     */
    public LogEntry read(Entry entry) throws IOException {
        return entries.read(entry);
    }
}
