package dev.rafthttp.demo.kv;

import com.google.protobuf.ByteString;
import dev.rafthttp.MemberId;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.demo.kv.proto.Command;
import dev.rafthttp.demo.kv.proto.Put;
import dev.rafthttp.demo.store.MemberDisk;
import dev.rafthttp.microraft.MemberEndpoint;
import dev.rafthttp.microraft.MicroRaftCallback;
import dev.rafthttp.microraft.MicroRaftTransport;
import dev.rafthttp.microraft.RaftpbMapping;
import io.microraft.Ordered;
import io.microraft.RaftConfig;
import io.microraft.RaftNode;
import io.microraft.RaftNode.RaftNodeBuilder;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.persistence.RestoredRaftState;
import io.microraft.report.RaftLogStats;
import io.microraft.report.RaftNodeReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running member of the store: a Raft node on a disk, its map, and the link to its peers. Thread-safe.
 *
 * <p>Futures complete on the member's Raft thread, with MicroRaft's exceptions, and always: at the latest when the member is
 * closed.
 */
public final class KvNode implements KvStore, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(KvNode.class);

    /**
     * Commits from one snapshot to the next. Few enough that a member that was away for a second needs a snapshot, and many
     * enough that one can be fetched before the next is taken, which would make it start over.
     */
    public static final int SNAPSHOT_EVERY = 5_000;

    /** MicroRaft counts in seconds. With one heartbeat per second, two seconds without one are the least that is no accident. */
    public static final int LEADER_TIMEOUT_SECONDS = 2;

    private static final RaftConfig RAFT_CONFIG = RaftConfig.newBuilder()
            .setLeaderHeartbeatPeriodSecs(1)
            .setLeaderHeartbeatTimeoutSecs(LEADER_TIMEOUT_SECONDS)
            .setLeaderElectionTimeoutMillis(500)
            .setCommitCountToTakeSnapshot(SNAPSHOT_EVERY)
            .build();

    private static final long START_TIMEOUT_SECONDS = 10;
    private static final long TERMINATE_TIMEOUT_SECONDS = 5;

    private final MemberEndpoint endpoint;
    private final PeerLink link;
    private final RaftLoop loop;
    private final RaftNode raft;
    private final KvStateMachine map = new KvStateMachine();
    private volatile int snapshotInstalls;
    private volatile long snapshotIndex;

    /**
     * Makes a member that does not run yet. It continues where the member that was on the disk before has stopped.
     *
     * @param group the members that replicate the store; a group on the disk takes precedence
     * @param disk stays open when the member is closed
     * @param links makes the way to its peers, which is closed with the member
     * @param removed told, on a thread of the link's, that the member is no longer in its cluster; Raft then ends by itself
     * @param random spreads the members' elections
     * @throws UncheckedIOException if the disk cannot be read
     */
    public KvNode(
            RaftGroup group,
            MemberId id,
            MemberDisk disk,
            PeerLink.Factory links,
            Consumer<RemovedMemberException> removed,
            Random random) {
        RaftModelFactory models = new DefaultRaftModelFactory();
        Object groupId = group.id();
        RaftpbMapping mapping = new RaftpbMapping(groupId, models, new KvOperations());
        MicroRaftCallback callback = new MicroRaftCallback(id, mapping, removed);
        endpoint = new MemberEndpoint(id);
        link = links.create(callback);
        loop = new RaftLoop(id);
        RaftNodeBuilder builder = RaftNode.newBuilder()
                .setGroupId(groupId)
                .setConfig(RAFT_CONFIG)
                .setExecutor(loop)
                .setTransport(new MicroRaftTransport(mapping, link::send, link::isReachable))
                .setStateMachine(map)
                .setStore(disk)
                .setModelFactory(models)
                .setRandom(random)
                .setRaftNodeReportListener(this::reported);
        restored(disk)
                .ifPresentOrElse(
                        builder::setRestoredState,
                        () -> builder.setLocalEndpoint(endpoint).setInitialGroupMembers(group.endpoints()));
        raft = builder.build();
        callback.attach(raft);
    }

    private static Optional<RestoredRaftState> restored(MemberDisk disk) {
        try {
            return disk.restore();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the member's disk cannot be read", unreadable);
        }
    }

    /**
     * Starts to receive and to take part.
     *
     * @throws IllegalStateException if Raft cannot start; the member is then closed
     */
    public void start() {
        try {
            link.start();
            raft.start().orTimeout(START_TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
            new ElectionWatch(loop, raft).start();
        } catch (RuntimeException failure) {
            close();
            throw new IllegalStateException("member " + id() + " cannot start", failure);
        }
    }

    public MemberId id() {
        return endpoint.id();
    }

    /** Whether this member believes to lead. */
    public boolean isLeader() {
        return endpoint.equals(raft.getTerm().getLeaderEndpoint());
    }

    /** The member that leads, as far as this member knows. */
    public Optional<MemberId> leader() {
        return raft.getTerm().getLeaderEndpoint() instanceof MemberEndpoint leader
                ? Optional.of(leader.id())
                : Optional.empty();
    }

    /** Whether the way to the peers is open. */
    boolean isConnected() {
        return link.isConnected();
    }

    /** The term this member is in. */
    public int term() {
        return raft.getTerm().getTerm();
    }

    /** The log index up to which this member's map has taken commands. */
    public long appliedIndex() {
        return map.appliedIndex();
    }

    /** The log index of this member's newest snapshot, taken or installed; 0 before the first. */
    public long snapshotIndex() {
        return snapshotIndex;
    }

    /** Snapshots received from other members since this one started. */
    public int snapshotInstalls() {
        return snapshotInstalls;
    }

    @Override
    public CompletableFuture<Optional<ByteString>> put(String key, ByteString value) {
        Command command = Command.newBuilder()
                .setPut(Put.newBuilder().setKey(key).setValue(value))
                .build();
        return result(() -> raft.<ByteString>replicate(command)).thenApply(Optional::ofNullable);
    }

    /** Reads this member's own map, which may be behind the leader's. */
    Optional<ByteString> get(String key) {
        return map.get(key);
    }

    /** Copies this member's map. */
    public Replica replica() {
        KvStateMachine.Contents contents = map.contents();
        return new Replica(id(), contents.appliedIndex(), contents.entries());
    }

    /** Ends the member as a kill does: nothing is sent or received any longer, and everything that was not flushed is lost. */
    @Override
    public void close() {
        link.close();
        try {
            raft.terminate()
                    .orTimeout(TERMINATE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (RejectedExecutionException | CompletionException failure) {
            LOG.warn("member {}: Raft did not end in good order", id(), failure);
        } finally {
            loop.close();
        }
    }

    private void reported(RaftNodeReport report) {
        RaftLogStats stats = report.getLog();
        snapshotInstalls = stats.getInstallSnapshotCount();
        snapshotIndex = stats.getLastSnapshotIndex();
    }

    private static <T> CompletableFuture<T> result(Supplier<CompletableFuture<Ordered<T>>> call) {
        try {
            return call.get().thenApply(Ordered::getResult);
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(closed);
        }
    }
}
