package dev.rafthttp.demo;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.raftpb.Message;
import io.microraft.RaftNode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** MicroRaft's way in: maps what the peer transport received and hands it to the Raft node. Thread-safe. */
final class RaftInbox implements RaftCallback {
    private static final Logger LOG = LoggerFactory.getLogger(RaftInbox.class);

    private final MemberId member;
    private final FromRaftpb mapping;
    private volatile @Nullable RaftNode node;

    RaftInbox(MemberId member, FromRaftpb mapping) {
        this.member = member;
        this.mapping = mapping;
    }

    /** Says where messages go. To be called before the transport is started. */
    void attach(RaftNode raftNode) {
        node = raftNode;
    }

    /** Never blocks: MicroRaft queues the message for its thread, and has at most one append to a follower on its way. */
    @Override
    public void process(Message message) throws InvalidProtocolBufferException {
        Objects.requireNonNull(node, "no Raft node is attached").handle(mapping.read(message));
    }

    /** The demo's members stay. */
    @Override
    public boolean isIdRemoved(MemberId id) {
        return false;
    }

    /** MicroRaft has no ear for it: it finds out by the answers that do not come. */
    @Override
    public void reportUnreachable(MemberId id) {
        LOG.debug("member {}: member {} is unreachable", member, id);
    }

    /** Nor for this: a chunk that does not come is asked for again. */
    @Override
    public void reportSnapshot(MemberId id, SnapshotStatus status) {
        LOG.debug("member {}: snapshot chunk to member {}: {}", member, id, status);
    }

    @Override
    public void reportRemoved(RemovedMemberException cause) {
        LOG.error("member {} has been removed from its cluster and stops: {}", member, cause.getMessage());
        Objects.requireNonNull(node, "no Raft node is attached").terminate();
    }
}
