package dev.rafthttp.jetty;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovalStatus;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The user's callback, with one change: the removal of this member is reported only once, and never on a thread that
 * dials. Keeps what was said of the removal. Any thread.
 */
final class RemovedOnce implements RaftCallback {
    private final RaftCallback callback;
    private final Executor executor;
    private final Clock clock;
    private final AtomicReference<@Nullable RemovalStatus> removal = new AtomicReference<>();

    RemovedOnce(RaftCallback callback, Executor executor, Clock clock) {
        this.callback = callback;
        this.executor = executor;
        this.clock = clock;
    }

    /** What the first peer said that reported the removal; empty if no peer has. */
    Optional<RemovalStatus> removal() {
        return Optional.ofNullable(removal.get());
    }

    @Override
    public CompletionStage<Void> process(Message message) throws Exception {
        return callback.process(message);
    }

    @Override
    public CompletionStage<Void> process(Message message, MemberId sender) throws Exception {
        return callback.process(message, sender);
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
        RemovalStatus told = new RemovalStatus(cause.toldBy(), clock.now(), cause.getMessage());
        if (removal.compareAndSet(null, told)) {
            executor.execute(() -> callback.reportRemoved(cause));
        }
    }
}
