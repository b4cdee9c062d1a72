package dev.rafthttp.peer;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.FatalErrors;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Raft node whose failures to take a report go no further: each is logged, and what the transport does next, it does. An error of
 * the JVM's also goes to the uncaught exception handler ({@link FatalErrors}). What the node throws at a message, the caller answers.
 * Any thread.
 */
final class GuardedCallback implements RaftCallback {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedCallback.class);

    private static final String NO_STAGE = "process returned null: expected TAKEN or a stage";

    private final RaftCallback raft;

    private GuardedCallback(RaftCallback raft) {
        this.raft = raft;
    }

    static RaftCallback of(RaftCallback raft) {
        return raft instanceof GuardedCallback ? raft : new GuardedCallback(raft);
    }

    private static void report(String what, Runnable report) {
        try {
            report.run();
        } catch (RuntimeException | Error e) {
            LOG.error("Raft failed to take the report that {}", what, e);
            FatalErrors.report(e);
        }
    }

    @Override
    public CompletionStage<Void> process(Message message) throws Exception {
        return Objects.requireNonNull(raft.process(message), NO_STAGE);
    }

    @Override
    public CompletionStage<Void> process(Message message, MemberId sender) throws Exception {
        return Objects.requireNonNull(raft.process(message, sender), NO_STAGE);
    }

    @Override
    public boolean isIdRemoved(MemberId id) {
        return raft.isIdRemoved(id);
    }

    @Override
    public void reportUnreachable(MemberId id) {
        report("peer " + id + " is unreachable", () -> raft.reportUnreachable(id));
    }

    @Override
    public void reportSnapshot(MemberId id, SnapshotStatus status) {
        report("a snapshot to peer " + id + " ended with " + status, () -> raft.reportSnapshot(id, status));
    }

    @Override
    public void reportRemoved(RemovedMemberException cause) {
        report("this member was removed", () -> raft.reportRemoved(cause));
    }
}
