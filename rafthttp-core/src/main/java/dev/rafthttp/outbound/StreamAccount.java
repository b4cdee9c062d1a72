package dev.rafthttp.outbound;

import dev.rafthttp.Lane;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.ledger.PeerLedger;

/**
 * What one stream carried, and what its other end has said of it. Guarded by its own lock, taken twice a batch and once an
 * acknowledgement.
 */
final class StreamAccount {
    private final PeerLedger ledger;
    private final Lane lane;
    private final boolean acknowledged;
    private long sent;
    private long written;
    private long delivered;
    private boolean heartbeatUnanswered;
    private long heartbeatNanos;
    private boolean ended;

    /** @param acknowledged whether the other end acknowledges */
    StreamAccount(PeerLedger ledger, Lane lane, boolean acknowledged) {
        this.ledger = ledger;
        this.lane = lane;
        this.acknowledged = acknowledged;
    }

    /** Messages were encoded, and must be written now. */
    synchronized void sent(int messages) {
        sent += messages;
    }

    /** The bytes of messages are with the operating system. */
    synchronized void written(int messages) {
        written += messages;
    }

    synchronized void linkHeartbeatSent(long nowNanos) {
        if (!heartbeatUnanswered) {
            heartbeatUnanswered = true;
            heartbeatNanos = nowNanos;
        }
    }

    /**
     * The other end has delivered {@code total} messages.
     *
     * @return the round trip of the first link heartbeat that this answers, in nanoseconds; 0 if there is none
     * @throws PeerUnreachableException if the number cannot be
     */
    synchronized long acknowledged(long total, long nowNanos) {
        if (ended) {
            return 0;
        }
        if (total < delivered || total > sent) {
            throw new PeerUnreachableException("acknowledges " + Long.toUnsignedString(total) + " messages of " + sent
                    + " sent, after " + delivered);
        }
        ledger.delivered(lane, total - delivered);
        delivered = total;
        if (!heartbeatUnanswered) {
            return 0;
        }
        heartbeatUnanswered = false;
        return Math.max(1, nowNanos - heartbeatNanos);
    }

    /** The stream has ended; returns how many messages that leaves in doubt. */
    synchronized long end() {
        ended = true;
        // WIRE: in etcd's dialect nothing is acknowledged. What was written counts as sent, and stays only that; what
        // was
        // not written completely is in doubt.
        return sent - (acknowledged ? delivered : written);
    }
}
