package dev.rafthttp.ledger;

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

/** Logs messages to and from a peer that are given up: one line per interval for each reason. Any thread. */
final class DropLog {
    private static final Logger LOG = LoggerFactory.getLogger(DropLog.class);

    private final MemberId local;
    private final MemberId peer;
    private final Map<DropReason, LogLimiter> logs = new EnumMap<>(DropReason.class);

    DropLog(MemberId local, MemberId peer, Clock clock) {
        this.local = local;
        this.peer = peer;
        for (DropReason reason : DropReason.values()) {
            logs.put(reason, new LogLimiter(clock::nanoTime));
        }
    }

    /**
     * Logs a message that was given up.
     *
     * @param direction "to" or "from" the peer
     */
    void dropped(String direction, Lane lane, Message m, DropReason reason) {
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
    void refused(Lane lane, Message m, DropReason reason) {
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
