package dev.rafthttp.peer;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.raftpb.Message;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A Raft node that remembers what it was told, and takes messages as the script says. Any thread. */
public final class RecordingCallback implements RaftCallback {
    private final List<Message> processed = new CopyOnWriteArrayList<>();
    private final List<MemberId> unreachable = new CopyOnWriteArrayList<>();
    private final List<SnapshotReport> snapshots = new CopyOnWriteArrayList<>();
    private final List<RemovedMemberException> removals = new CopyOnWriteArrayList<>();
    private final Set<MemberId> removedIds = ConcurrentHashMap.newKeySet();
    private volatile Step step = message -> {};

    /** What Raft does with a message before it counts as taken: blocks, throws, or nothing. */
    @FunctionalInterface
    public interface Step {
        void take(Message message) throws Exception;
    }

    /** One call of {@link #reportSnapshot}. */
    public record SnapshotReport(MemberId peer, SnapshotStatus status) {}

    /** Does this with every message from now on. */
    public RecordingCallback onProcess(Step what) {
        step = what;
        return this;
    }

    /** A member counts as removed from now on. */
    public RecordingCallback remove(MemberId id) {
        removedIds.add(id);
        return this;
    }

    @Override
    public void process(Message message) throws Exception {
        step.take(message);
        processed.add(message);
    }

    @Override
    public boolean isIdRemoved(MemberId id) {
        return removedIds.contains(id);
    }

    @Override
    public void reportUnreachable(MemberId id) {
        unreachable.add(id);
    }

    @Override
    public void reportSnapshot(MemberId id, SnapshotStatus status) {
        snapshots.add(new SnapshotReport(id, status));
    }

    @Override
    public void reportRemoved(RemovedMemberException cause) {
        removals.add(cause);
    }

    /** The messages taken, in order. */
    public List<Message> processed() {
        return processed;
    }

    /** The members reported unreachable, one a report. */
    public List<MemberId> unreachable() {
        return unreachable;
    }

    /** How snapshots ended, in order. */
    public List<SnapshotReport> snapshots() {
        return snapshots;
    }

    /** What said that this member was removed. */
    public List<RemovedMemberException> removals() {
        return removals;
    }
}
