package dev.rafthttp.ledger;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovalStatus;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.runtime.Clock;
import dev.rafthttp.runtime.FatalErrors;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a transport reports to its Raft node, apart from messages. Each report runs on the executor, never on the thread
 * that noticed the event, because that thread may be inside {@code send}. What Raft throws at a report is logged and goes
 * no further; an error of the JVM also goes to the uncaught exception handler ({@link FatalErrors}). Any thread.
 *
 * <p>The removal of this member is reported only once, and kept.
 */
public final class RaftReports {
    private static final Logger LOG = LoggerFactory.getLogger(RaftReports.class);

    private final RaftCallback raft;
    private final Executor executor;
    private final Clock clock;
    private final AtomicReference<@Nullable RemovalStatus> removal = new AtomicReference<>();

    /** @param executor must not reject a report */
    public RaftReports(RaftCallback raft, Executor executor, Clock clock) {
        this.raft = raft;
        this.executor = executor;
        this.clock = clock;
    }

    /** A peer cannot be reached. */
    public void unreachable(MemberId peer) {
        report("peer " + peer + " is unreachable", () -> raft.reportUnreachable(peer));
    }

    /** The sending of a snapshot has ended. */
    public void snapshot(MemberId peer, SnapshotStatus status) {
        report("a snapshot to peer " + peer + " ended with " + status, () -> raft.reportSnapshot(peer, status));
    }

    /** A peer says that this member has been removed. Only the first call is reported. */
    public void removed(RemovedMemberException cause) {
        RemovalStatus told = new RemovalStatus(cause.toldBy(), clock.now(), cause.getMessage());
        if (removal.compareAndSet(null, told)) {
            report("this member was removed", () -> raft.reportRemoved(cause));
        }
    }

    /** What the first peer said that reported the removal of this member; empty if no peer has. */
    public Optional<RemovalStatus> removal() {
        return Optional.ofNullable(removal.get());
    }

    private void report(String what, Runnable report) {
        executor.execute(() -> {
            try {
                report.run();
            } catch (RuntimeException | Error e) {
                LOG.error("Raft failed to take the report that {}", what, e);
                FatalErrors.report(e);
            }
        });
    }
}
