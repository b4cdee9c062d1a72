package dev.rafthttp.metrics;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.Clock;
import dev.rafthttp.runtime.LogLimiter;
import java.util.EnumMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages to and from a peer that are given up: each is counted, and one line an interval logged for each reason. Any
 * thread.
 */
public final class Drops {
    private static final Logger LOG = LoggerFactory.getLogger(Drops.class);

    private final MemberId local;
    private final MemberId peer;
    private final Map<Lane, LaneAccount> accounts;
    private final PeerMetrics metrics;
    private final Map<DropReason, LogLimiter> logs = new EnumMap<>(DropReason.class);

    /** @param accounts of every lane */
    public Drops(MemberId local, MemberId peer, Map<Lane, LaneAccount> accounts, PeerMetrics metrics, Clock clock) {
        this.local = local;
        this.peer = peer;
        this.accounts = accounts;
        this.metrics = metrics;
        for (DropReason reason : DropReason.values()) {
            logs.put(reason, new LogLimiter(clock::nanoTime));
        }
    }

    public void count(Lane lane, Message m, DropReason reason) {
        LaneAccount account = accounts.get(lane);
        if (account != null) {
            account.dropped(reason);
        }
        metrics.dropped(lane, m.getType(), reason);
    }

    /**
     * Logs a message that was given up.
     *
     * @param direction "to" or "from" the peer
     */
    public void log(String direction, Lane lane, Message m, DropReason reason) {
        long suppressed = acquire(reason);
        if (suppressed >= 0) {
            LOG.warn(
                    "dropped {} of {} bytes {} peer {} ({} lane): {}; {} more since the last such line",
                    m.getType(),
                    m.getSerializedSize(),
                    direction,
                    peer,
                    lane.label(),
                    reason.label(),
                    suppressed);
        }
    }

    /** Logs a message that came on a stream of the peer and breaks a rule. */
    public void logRefused(Lane lane, Message m, DropReason reason) {
        long suppressed = acquire(reason);
        if (suppressed >= 0) {
            LOG.warn(
                    "refused {} from member {} to member {}, which came to member {} on the {} stream of peer {}: {};"
                            + " {} more since the last such line",
                    m.getType(),
                    Long.toHexString(m.getFrom()),
                    Long.toHexString(m.getTo()),
                    local,
                    lane.label(),
                    peer,
                    reason.label(),
                    suppressed);
        }
    }

    private long acquire(DropReason reason) {
        LogLimiter limiter = logs.get(reason);
        return limiter == null ? -1 : limiter.acquire();
    }
}
