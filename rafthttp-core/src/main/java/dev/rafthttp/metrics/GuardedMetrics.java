package dev.rafthttp.metrics;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.runtime.Clock;
import dev.rafthttp.runtime.LogLimiter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user's metrics, kept from harming what they count: whatever they throw is logged, with a limit, and goes no further. They
 * are called within drains and between the steps of a stream's end. Any thread.
 *
 * <p>Each call stands in a try of its own, since a lambda for a common one would be allocated for every message.
 */
public final class GuardedMetrics implements TransportMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedMetrics.class);

    private final TransportMetrics metrics;

    /** One for all peers: each message to a member that is no peer asks for that member's metrics anew. */
    private final LogLimiter limiter;

    private GuardedMetrics(TransportMetrics metrics, Clock clock) {
        this.metrics = metrics;
        this.limiter = new LogLimiter(clock::nanoTime);
    }

    public static TransportMetrics of(TransportMetrics metrics, Clock clock) {
        return metrics instanceof GuardedMetrics ? metrics : new GuardedMetrics(metrics, clock);
    }

    @Override
    public PeerMetrics forPeer(MemberId id) {
        try {
            return new OfPeer(id, metrics.forPeer(id), limiter);
        } catch (RuntimeException | Error e) {
            long suppressed = limiter.acquire();
            if (suppressed >= 0) {
                LOG.error(
                        "the metrics of peer {} cannot be had; nothing of it is counted by them; {} more since the last such"
                                + " line",
                        id,
                        suppressed,
                        e);
            }
            return PeerMetrics.NONE;
        }
    }

    private static final class OfPeer implements PeerMetrics {
        private final MemberId peer;
        private final PeerMetrics metrics;
        private final LogLimiter limiter;

        OfPeer(MemberId peer, PeerMetrics metrics, LogLimiter limiter) {
            this.peer = peer;
            this.metrics = metrics;
            this.limiter = limiter;
        }

        private void failed(Throwable failure) {
            long suppressed = limiter.acquire();
            if (suppressed >= 0) {
                LOG.error(
                        "the metrics of peer {} threw, and miss a count; {} more since the last such line",
                        peer,
                        suppressed,
                        failure);
            }
        }

        @Override
        public void sent(Lane lane, MessageType type, int bytes) {
            try {
                metrics.sent(lane, type, bytes);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void received(Lane lane, MessageType type, int bytes) {
            try {
                metrics.received(lane, type, bytes);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void dropped(Lane lane, MessageType type, DropReason reason) {
            try {
                metrics.dropped(lane, type, reason);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void inDoubt(Lane lane, long messages) {
            try {
                metrics.inDoubt(lane, messages);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void processFailed(Lane lane, MessageType type) {
            try {
                metrics.processFailed(lane, type);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void attached(Lane lane) {
            try {
                metrics.attached(lane);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void detached(Lane lane) {
            try {
                metrics.detached(lane);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void failed(Lane lane) {
            try {
                metrics.failed(lane);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void corrupt(Lane lane) {
            try {
                metrics.corrupt(lane);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void active(boolean active) {
            try {
                metrics.active(active);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void unreachable() {
            try {
                metrics.unreachable();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void snapshotSending() {
            try {
                metrics.snapshotSending();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void snapshotSent(long bytes, long nanos) {
            try {
                metrics.snapshotSent(bytes, nanos);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void snapshotSendFailed(long bytes) {
            try {
                metrics.snapshotSendFailed(bytes);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void snapshotReceiving() {
            try {
                metrics.snapshotReceiving();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void snapshotReceived(long bytes, long nanos) {
            try {
                metrics.snapshotReceived(bytes, nanos);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void snapshotReceiveFailed(long bytes) {
            try {
                metrics.snapshotReceiveFailed(bytes);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }

        @Override
        public void roundTrip(Lane lane, long nanos) {
            try {
                metrics.roundTrip(lane, nanos);
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }
}
