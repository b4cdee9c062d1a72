package dev.rafthttp.peer;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.coupling.GuardedCoupler;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.ledger.RaftReports;
import dev.rafthttp.metrics.GuardedMetrics;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.outbound.Drainers;
import dev.rafthttp.runtime.Scheduler;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What all peers of a transport share.
 *
 * @param callback the Raft node, which takes messages
 * @param reports tell it everything else
 * @param executor runs what may take long or call Raft: reports and proposals; and lends threads to {@code drainers}. Must
 *     start a task even while others block, and must not reject one, also while the transport closes; it may then run it
 *     on the caller's thread
 * @param drainers who writes to the peers when senders do not
 * @param random jitter; thread-safe
 * @param received what all streams and posts may take while they receive; each peer has a share of it
 */
public record PeerEnvironment(
        TransportConfig config,
        RaftCallback callback,
        RaftReports reports,
        Scheduler scheduler,
        Executor executor,
        Drainers drainers,
        RandomGenerator random,
        TransportMetrics metrics,
        StreamCoupler coupler,
        MemoryBudget received) {

    public PeerEnvironment {
        metrics = GuardedMetrics.of(metrics, scheduler);
        coupler = GuardedCoupler.of(coupler);
    }

    /** What the peers of a new transport share. */
    public PeerEnvironment(
            TransportConfig config,
            RaftCallback callback,
            Scheduler scheduler,
            Executor executor,
            RandomGenerator random,
            TransportMetrics metrics,
            StreamCoupler coupler,
            MemoryBudget received) {
        this(
                config,
                callback,
                new RaftReports(callback, executor, scheduler),
                scheduler,
                executor,
                Drainers.ofProcessors(executor, scheduler.nanoTime()),
                random,
                metrics,
                coupler,
                received);
    }
}
