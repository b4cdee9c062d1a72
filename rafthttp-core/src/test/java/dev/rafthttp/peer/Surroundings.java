package dev.rafthttp.peer;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.TransportConfig;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** What a peer under test runs in: virtual time, tasks that wait, and a Raft node and metrics that remember. */
public final class Surroundings {
    public final VirtualScheduler scheduler = new VirtualScheduler();
    public final ManualExecutor executor = new ManualExecutor();
    public final RecordingCallback raft = new RecordingCallback();
    public final RecordingMetrics metrics = new RecordingMetrics();

    /** An environment with the default configuration. */
    public PeerEnvironment environment() {
        return environment(builder -> builder);
    }

    /** An environment with a changed configuration. */
    public PeerEnvironment environment(UnaryOperator<TransportConfig.Builder> changes) {
        return environment(changes, executor);
    }

    /** An environment with a changed configuration and another executor. */
    public PeerEnvironment environment(UnaryOperator<TransportConfig.Builder> changes, Executor otherExecutor) {
        TransportConfig config = changes.apply(
                        TransportConfig.builder(new MemberId(TestMessages.LOCAL), new ClusterId(0xc1)))
                .build();
        return new PeerEnvironment(config, raft, scheduler, otherExecutor, new Random(1), metrics);
    }
}
