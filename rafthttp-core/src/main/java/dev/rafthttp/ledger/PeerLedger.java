package dev.rafthttp.ledger;

import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus.FollowerStatus;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.PeerStatus.ProbeStatus;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.runtime.Clock;
import dev.rafthttp.runtime.LogLimiter;
import dev.rafthttp.runtime.Scheduler;
import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ledger of one peer. Whatever happens between this member and the peer is entered here once, by the class to which
 * it happens. The ledger counts it, hands it to the metrics, logs it, and tells the coupler and Raft.
 *
 * <p>Any thread; nothing here blocks. {@link #sent} and {@link #received} are entered for every message, and take neither
 * a lock nor an allocation. What the metrics or the coupler throw must have been caught by their guards.
 */
public class PeerLedger {
    private static final Logger LOG = LoggerFactory.getLogger(PeerLedger.class);

    /** What a member that restarts twice costs; more within the limiter's interval tells nothing new. */
    private static final int STREAM_LINES = 12;

    private final MemberId peer;
    private final Dialect dialect;
    private final PeerMetrics metrics;
    private final StreamCoupler coupler;
    private final RaftReports reports;
    private final Clock clock;
    private final LaneBook[] lanes;
    private final FollowerStats follower = new FollowerStats();
    private final LongAdder received = new LongAdder();
    private final Activity activity;
    private final Outage outage;
    private final DropLog dropLog;
    private final LogLimiter processLog;
    private volatile boolean closed;
    private volatile @Nullable ProbeStatus probe;

    /** What is kept of one lane. */
    private static final class LaneBook {
        private final LaneAccount account = new LaneAccount();
        private final RoundTrips roundTrips = new RoundTrips();
        private final LogLimiter streamLog;

        LaneBook(Clock clock) {
            streamLog = new LogLimiter(clock::nanoTime, STREAM_LINES);
        }
    }

    /**
     * Opens a ledger with nothing in it.
     *
     * @param local this member
     * @param dialect who dials the peer's streams
     */
    public PeerLedger(
            MemberId local,
            MemberId peer,
            Dialect dialect,
            PeerMetrics metrics,
            StreamCoupler coupler,
            RaftReports reports,
            Scheduler scheduler) {
        this.peer = peer;
        this.dialect = dialect;
        this.metrics = metrics;
        this.coupler = coupler;
        this.reports = reports;
        this.clock = scheduler;
        this.lanes =
                Stream.of(Lane.values()).map(lane -> new LaneBook(scheduler)).toArray(LaneBook[]::new);
        this.activity = new Activity(scheduler, metrics);
        this.outage = new Outage(scheduler, peer, metrics, reports);
        this.dropLog = new DropLog(local, peer, scheduler);
        this.processLog = new LogLimiter(scheduler::nanoTime);
    }

    private LaneAccount account(Lane lane) {
        return book(lane).account;
    }

    private LaneBook book(Lane lane) {
        return lanes[lane.ordinal()];
    }

    // Messages to the peer.

    /**
     * A message is written: encoded for a stream, or about to be posted.
     *
     * @param bytes its encoded size
     */
    public void sent(Lane lane, MessageType type, int bytes) {
        if (lane == Lane.PIPELINE) {
            account(lane).sent();
        } else {
            // The holder of the lane's token is the only writer.
            account(lane).sentByTheOnlyWriter();
        }
        metrics.sent(lane, type, bytes);
    }

    /** The peer has confirmed messages of a stream. */
    public void delivered(Lane lane, long messages) {
        account(lane).delivered(messages);
    }

    /** A stream has closed, and the fate of messages is unknown. */
    public void inDoubt(Lane lane, long messages) {
        if (messages > 0) {
            account(lane).inDoubt(messages);
            metrics.inDoubt(lane, messages);
        }
    }

    /** A message to the peer is given up. */
    public void dropped(Lane lane, Message m, DropReason reason) {
        account(lane).dropped(reason);
        metrics.dropped(lane, m.getType(), reason);
        boolean isPostsEnd = reason == DropReason.REFUSED || reason == DropReason.UNREACHABLE;
        if (m.getType() == MessageType.MsgSnap && !isPostsEnd) {
            reports.snapshot(peer, SnapshotStatus.FAILURE);
        }
        if (!closed && reason != DropReason.PAUSED) {
            outage.lost();
            dropLog.dropped("to", lane, m, reason);
        }
    }

    /**
     * A batch of a stream is with the operating system.
     *
     * @param msgApps how many of its messages are MsgApp
     */
    public void written(long tookNanos, int msgApps) {
        follower.succeeded(tookNanos, msgApps);
    }

    /** MsgApp of a stream were not written completely. */
    public void unwritten(int msgApps) {
        follower.failed(msgApps);
    }

    // Streams to the peer.

    /** A stream to the peer is attached. */
    public void attached(StreamType type) {
        streamLine(type).ifPresent(end -> LOG.info("attached the {} stream to peer {}{}", type.label(), peer, end));
        metrics.attached(type.lane());
        reachable();
        coupler.opened(peer, type, Direction.OUTBOUND);
    }

    /** A stream to the peer that was attached has closed. */
    public void detached(StreamType type, Throwable cause) {
        metrics.detached(type.lane());
        failure(type.lane(), cause);
        activity.detached();
        if (!closed) {
            streamLine(type)
                    .ifPresent(end -> LOG.warn(
                            "lost the {} stream to peer {}: {}{}", type.label(), peer, cause.getMessage(), end));
            outage.lost();
        }
        coupler.closed(peer, type, Direction.OUTBOUND, cause);
    }

    /** This member itself failed at a lane: its encoder, its sink, or the transport's own code threw. */
    public void failed(StreamType type, Throwable cause) {
        metrics.failed(type.lane());
        LOG.error("the {} lane to peer {} failed, and ends its stream", type.label(), peer, cause);
    }

    /** A stream of the peer could not be dialled. */
    public void dialFailed(StreamType type, URI url, RaftTransportException cause) {
        failure(type.lane(), cause);
        outage.dialFailed();
        LOG.debug("peer {} cannot be dialled at {} for the {} lane: {}", peer, url, type.label(), cause.getMessage());
        coupler.refused(peer, type, cause);
    }

    /** A link heartbeat of a stream was answered. */
    public void roundTrip(StreamType type, long nanos) {
        book(type.lane()).roundTrips.record(nanos);
        metrics.roundTrip(type.lane(), nanos);
    }

    // Posts to the peer, with a database or without.

    /** The peer has taken a message that was posted. */
    public void posted(Message m, long tookNanos) {
        account(Lane.PIPELINE).delivered(1);
        if (isMsgApp(m)) {
            follower.succeeded(tookNanos, 1);
        }
        activity.posted();
        outage.ended();
        if (m.getType() == MessageType.MsgSnap) {
            reports.snapshot(peer, SnapshotStatus.FINISH);
        }
    }

    /** The peer answered a post, and has not taken its message. */
    public void postRefused(Message m, RaftTransportException cause) {
        dropped(Lane.PIPELINE, m, DropReason.REFUSED);
        if (cause instanceof RemovedMemberException removed) {
            reports.removed(removed);
        }
        postEnded(m, cause);
    }

    /**
     * A post was not answered.
     *
     * @param begun whether a part of it may have been written
     */
    public void postFailed(Message m, boolean begun, Throwable cause) {
        if (begun) {
            inDoubt(Lane.PIPELINE, 1);
        } else {
            dropped(Lane.PIPELINE, m, DropReason.UNREACHABLE);
        }
        postEnded(m, cause);
    }

    private void postEnded(Message m, Throwable cause) {
        if (isMsgApp(m)) {
            follower.failed(1);
        }
        failure(Lane.PIPELINE, cause);
        activity.postFailed();
        if (m.getType() == MessageType.MsgSnap) {
            reports.snapshot(peer, SnapshotStatus.FAILURE);
        }
        if (!closed) {
            outage.lost();
            LOG.debug("a post of {} to peer {} failed: {}", m.getType(), peer, cause.toString());
        }
    }

    private static boolean isMsgApp(Message m) {
        return m.getType() == MessageType.MsgApp;
    }

    /** The sending of a snapshot with its database begins. It ends with one of the following. */
    public void snapshotSending() {
        metrics.snapshotSending();
    }

    /**
     * The peer has stored a snapshot, and its Raft has the message.
     *
     * @param bytes of the message and the database
     */
    public void snapshotSent(Message m, long bytes, long tookNanos) {
        metrics.snapshotSent(bytes, tookNanos);
        posted(m, tookNanos);
    }

    /**
     * The peer answered, and has not taken a snapshot.
     *
     * @param bytes that were handed to the network
     */
    public void snapshotRefused(Message m, long bytes, RaftTransportException cause) {
        metrics.snapshotSendFailed(bytes);
        postRefused(m, cause);
    }

    /**
     * Whether the peer took a snapshot is unknown; or, if its post had not begun, nothing of it was written.
     *
     * @param bytes that were handed to the network
     */
    public void snapshotFailed(Message m, boolean begun, long bytes, RaftTransportException cause) {
        metrics.snapshotSendFailed(bytes);
        postFailed(m, begun, cause);
    }

    // Messages and streams from the peer.

    /**
     * A message of the peer is given to Raft.
     *
     * @param bytes its encoded size
     */
    public void received(Lane lane, MessageType type, int bytes) {
        received.increment();
        metrics.received(lane, type, bytes);
    }

    /** A message of the peer is not given to Raft. A refused post is logged where it is answered. */
    public void droppedReceived(Lane lane, Message m, DropReason reason) {
        account(lane).dropped(reason);
        metrics.dropped(lane, m.getType(), reason);
        switch (reason) {
            case PAUSED, CLOSED -> {}
            case PROPOSALS_FULL -> dropLog.dropped("from", lane, m, reason);
            default -> {
                if (lane != Lane.PIPELINE) {
                    dropLog.refused(lane, m, reason);
                }
            }
        }
    }

    /** Raft failed to take a message of the peer. A failed post is logged where it is answered. */
    public void processFailed(Lane lane, MessageType type, Throwable failure) {
        metrics.processFailed(lane, type);
        long suppressed = lane == Lane.PIPELINE ? -1 : processLog.acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "Raft failed to take {} from peer {} ({} lane); {} more like it since the last such line",
                    type,
                    peer,
                    lane.label(),
                    suppressed,
                    failure);
        }
    }

    /** A stream that the peer writes is accepted. */
    public void accepted() {
        if (dialect == Dialect.ETCD) {
            reachable();
        }
    }

    /** A stream that the peer writes has begun. */
    public void begun(StreamType type) {
        coupler.opened(peer, type, Direction.INBOUND);
    }

    /** A stream that the peer writes, and that was accepted, has closed. */
    public void ended(StreamType type, Throwable cause) {
        if (dialect == Dialect.ETCD) {
            activity.detached();
        }
        coupler.closed(peer, type, Direction.INBOUND, cause);
    }

    /** The bytes of a stream are no frames. */
    public void corrupt(StreamType type) {
        metrics.corrupt(type.lane());
    }

    /** A snapshot with its database begins to arrive. It ends with one of the following. */
    public void snapshotReceiving() {
        metrics.snapshotReceiving();
    }

    /** A snapshot is stored, and Raft has its message. */
    public void snapshotReceived(long bytes, long tookNanos) {
        metrics.snapshotReceived(bytes, tookNanos);
    }

    /** A snapshot did not arrive completely, or was not taken. */
    public void snapshotReceiveFailed(long bytes) {
        metrics.snapshotReceiveFailed(bytes);
    }

    // The peer as a whole.

    /** The peer was probed. */
    public void probed(ProbeStatus status) {
        probe = status;
        if (status.healthy()) {
            metrics.roundTrip(Lane.PIPELINE, status.roundTripNanos());
        }
    }

    /** The peer has been removed, or the transport is closing. Raft is told nothing more, except how snapshots end. */
    public void close() {
        closed = true;
        activity.close();
    }

    private void reachable() {
        activity.attached();
        outage.ended();
    }

    private void failure(Lane lane, Throwable cause) {
        account(lane).failed(clock.now(), cause);
    }

    /**
     * Whether a line about a stream, that it came or went, is to be logged: not each of many.
     *
     * @return what the line ends with; empty if it is not to be logged
     */
    public Optional<String> streamLine(StreamType type) {
        long suppressed = book(type.lane()).streamLog.acquire();
        if (suppressed < 0) {
            return Optional.empty();
        }
        return Optional.of(suppressed == 0 ? "" : "; " + suppressed + " more such lines since the last");
    }

    // What has been entered.

    /** A lane's counts, with what only the lane knows. */
    public LaneStatus status(Lane lane, boolean attached, int queuedMessages, long queuedBytes) {
        LaneBook book = book(lane);
        return book.account.status(
                attached, queuedMessages, queuedBytes, book.roundTrips.quantile(0.5), book.roundTrips.quantile(0.99));
    }

    /** How long it took to hand MsgApp to the network. */
    public FollowerStatus follower() {
        return follower.status();
    }

    /** How many messages of the peer were given to Raft. */
    public long received() {
        return received.sum();
    }

    /** Since when the peer has been reachable without a break; empty while it is not. */
    public Optional<Instant> activeSince() {
        return activity.since();
    }

    /** What the last probe found; empty before the first. */
    public Optional<ProbeStatus> probe() {
        return Optional.ofNullable(probe);
    }

    @Override
    public String toString() {
        return "ledger of peer " + peer + ", " + received + " messages received"
                + activeSince().map(since -> ", active since " + since).orElse(", not active");
    }
}
