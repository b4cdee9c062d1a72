package dev.rafthttp.peer;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.metrics.TransportMetrics;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What all peers of a transport share.
 *
 * @param executor runs what may take long or call Raft: reports, proposals, and the drains that a sender hands over. Must
 *     start a task even while others block, and must not reject one, also while the transport closes; it may then run it
 *     on the caller's thread
 * @param random jitter; thread-safe
 */
public record PeerEnvironment(
        TransportConfig config,
        RaftCallback callback,
        Scheduler scheduler,
        Executor executor,
        RandomGenerator random,
        TransportMetrics metrics,
        StreamCoupler coupler) {}
