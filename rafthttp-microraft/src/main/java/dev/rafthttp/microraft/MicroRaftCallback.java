package dev.rafthttp.microraft;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.raftpb.Message;
import io.microraft.RaftNode;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives for MicroRaft: turns raftpb's messages into MicroRaft's, and hands them to the Raft node. Thread-safe. */
public final class MicroRaftCallback implements RaftCallback {
    private static final Logger LOG = LoggerFactory.getLogger(MicroRaftCallback.class);

    private final MemberId member;
    private final RaftpbMapping mapping;
    private final Consumer<RemovedMemberException> removed;
    private volatile @Nullable RaftNode node;

    /**
     * Prepares a callback. Its node may be made later.
     *
     * @param member that the node is
     * @param removed told on the transport's thread, after the node began to terminate, that the member is no longer in its
     *     cluster
     */
    public MicroRaftCallback(MemberId member, RaftpbMapping mapping, Consumer<RemovedMemberException> removed) {
        this.member = member;
        this.mapping = mapping;
        this.removed = removed;
    }

    /** Sets the node that gets the messages. Call once, before the transport is started. */
    public void attach(RaftNode raftNode) {
        node = raftNode;
    }

    /**
     * Never blocks: MicroRaft queues the message for its thread, and has at most one append to a follower on its way.
     *
     * @throws IllegalArgumentException if MicroRaft has no such message
     * @throws IOException if it is corrupt
     * @throws IllegalStateException if no node is attached
     */
    @Override
    public CompletionStage<Void> process(Message message) throws IOException {
        node().handle(mapping.read(message));
        return TAKEN;
    }

    /** Never: MicroRaft does not say which members have been removed. */
    @Override
    public boolean isIdRemoved(MemberId id) {
        return false;
    }

    /** Only logged: MicroRaft notices that answers do not come. */
    @Override
    public void reportUnreachable(MemberId id) {
        LOG.debug("member {}: member {} is unreachable", member, id);
    }

    /** Only logged: a member asks again for a chunk that does not come. */
    @Override
    public void reportSnapshot(MemberId id, SnapshotStatus status) {
        LOG.debug("member {}: snapshot chunk to member {}: {}", member, id, status);
    }

    /** Terminates the node. */
    @Override
    public void reportRemoved(RemovedMemberException cause) {
        LOG.error("member {} has been removed from its cluster and stops: {}", member, cause.getMessage());
        node().terminate();
        removed.accept(cause);
    }

    private RaftNode node() {
        RaftNode attached = node;
        if (attached == null) {
            throw new IllegalStateException("no Raft node is attached to the callback of member " + member);
        }
        return attached;
    }
}
