package dev.rafthttp.client;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.raftpb.Message;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Raft node that keeps what the outbound half reports, and on which thread. Any thread. */
final class Reports implements RaftCallback {
    private final List<MemberId> unreachable = new CopyOnWriteArrayList<>();
    private final List<SnapshotStatus> snapshots = new CopyOnWriteArrayList<>();
    private final List<RemovedMemberException> removals = new CopyOnWriteArrayList<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    @Override
    public CompletionStage<Void> process(Message message) {
        throw new AssertionError("the outbound half received " + message);
    }

    @Override
    public boolean isIdRemoved(MemberId id) {
        return false;
    }

    @Override
    public void reportUnreachable(MemberId id) {
        threads.add(Thread.currentThread());
        unreachable.add(id);
    }

    @Override
    public void reportSnapshot(MemberId id, SnapshotStatus status) {
        threads.add(Thread.currentThread());
        snapshots.add(status);
    }

    @Override
    public void reportRemoved(RemovedMemberException cause) {
        threads.add(Thread.currentThread());
        removals.add(cause);
    }

    List<MemberId> unreachable() {
        return unreachable;
    }

    List<SnapshotStatus> snapshots() {
        return snapshots;
    }

    List<RemovedMemberException> removals() {
        return removals;
    }

    /** The threads that reported. */
    Set<Thread> threads() {
        return threads;
    }
}
