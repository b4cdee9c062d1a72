package dev.rafthttp.client;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.raftpb.Message;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/** The user's callback, told only once, and never on a thread that dials, that this member has been removed. */
final class RemovedOnce implements RaftCallback {
    private final RaftCallback callback;
    private final Executor executor;
    private final AtomicBoolean reported = new AtomicBoolean();

    RemovedOnce(RaftCallback callback, Executor executor) {
        this.callback = callback;
        this.executor = executor;
    }

    @Override
    public void process(Message message) throws Exception {
        callback.process(message);
    }

    @Override
    public boolean isIdRemoved(MemberId id) {
        return callback.isIdRemoved(id);
    }

    @Override
    public void reportUnreachable(MemberId id) {
        callback.reportUnreachable(id);
    }

    @Override
    public void reportSnapshot(MemberId id, SnapshotStatus status) {
        callback.reportSnapshot(id, status);
    }

    @Override
    public void reportRemoved(RemovedMemberException cause) {
        if (reported.compareAndSet(false, true)) {
            executor.execute(() -> callback.reportRemoved(cause));
        }
    }
}
