package dev.rafthttp.demo.kv;

import io.microraft.RaftNode;
import io.microraft.RaftRole;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.RaftState;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins the election that MicroRaft 0.7 forgets. A follower that has just come back may hear of a leader of its own term while its
 * pre-vote is under way. MicroRaft then keeps that pre-vote for ever, and with it the follower ignores that its leader falls silent.
 * If its log is the longest of the remaining logs, no member is elected.
 *
 * <p>Runs on the member's Raft thread, the only thread that may use MicroRaft's state.
 */
final class ElectionWatch implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ElectionWatch.class);

    /** As often as MicroRaft itself looks. */
    private static final long PERIOD_SECONDS = 1;

    private final RaftLoop loop;
    private final RaftNodeImpl raft;

    /** @param raft MicroRaft's own, since its interface does not tell of pre-votes */
    ElectionWatch(RaftLoop loop, RaftNode raft) {
        this.loop = loop;
        this.raft = (RaftNodeImpl) raft;
    }

    /** Begins to watch, until the loop ends. */
    void start() {
        loop.schedule(this, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void run() {
        RaftState state = raft.state();
        if (state.role() == RaftRole.FOLLOWER
                && state.leader() != null
                && state.preCandidateState() != null
                && raft.isLeaderHeartbeatTimeoutElapsed()) {
            LOG.info(
                    "member {}: the leader {} is silent, and a pre-vote was left over",
                    raft.getLocalEndpoint(),
                    state.leader());
            raft.leader(null);
            raft.runPreVote();
        }
        start();
    }
}
