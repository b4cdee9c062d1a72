package dev.rafthttp.peer;

import dev.rafthttp.Dialect;
import dev.rafthttp.DropReason;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerStatus;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.PeerStatus.ProbeStatus;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.DecodedSize;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameEncoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.codec.MsgAppV2Decoder;
import dev.rafthttp.codec.MsgAppV2Encoder;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.inbound.InboundStream;
import dev.rafthttp.inbound.InboundStreams;
import dev.rafthttp.inbound.Inbox;
import dev.rafthttp.inbound.StreamReceiver;
import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.outbound.OutboundStream;
import dev.rafthttp.outbound.Pipeline;
import dev.rafthttp.outbound.Poster;
import dev.rafthttp.outbound.StreamSink;
import dev.rafthttp.outbound.StreamWriter;
import dev.rafthttp.outbound.UrlPicker;
import dev.rafthttp.queue.SendQueue;
import dev.rafthttp.queue.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.snapshot.SnapshotDelivery;
import dev.rafthttp.snapshot.SnapshotReceipt;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One other member, in both directions: picks the lane each message to it takes, and hands on what comes from it; etcd's
 * {@code peer} and, without streams, {@code remote}.
 *
 * <p>Any thread. The state is in the parts: one {@link StreamWriter} per lane, the {@link Pipeline}, the
 * {@link InboundStreams}, the {@link Inbox}, and the {@link PeerLedger}, in which all of them enter what happens.
 */
public final class Peer {
    /**
     * The largest MsgApp that falls back from the msgapp lane to the message lane. A larger one goes by the pipeline, on a
     * connection of its own, so that no heartbeat ever waits for the rest of it to be written.
     */
    private static final int FALLBACK_BYTES = 64 << 10;

    /**
     * How many snapshots may be on their way to the peer with their databases. Raft sends one and waits; but one that stands
     * still may not have ended when Raft, or another leader behind a relay, sends the next.
     */
    public static final int MAX_SNAPSHOTS = 8;

    /** The tick's part of a link heartbeat interval: how late a heartbeat or a cut may be. */
    private static final int TICKS_A_HEARTBEAT = 5;

    private final PeerEnvironment environment;
    private final MemberId id;
    private final Dialect dialect;
    private final boolean remote;
    private final UrlPicker urls;
    private final PeerLedger ledger;
    private final StreamWriter msgApp;
    private final StreamWriter message;
    private final Pipeline pipeline;
    private final Inbox inbox;
    private final InboundStreams inbound = new InboundStreams();
    private final Contest contest;
    private final MemoryBudget received;

    private volatile boolean paused;
    private volatile boolean closed;

    /**
     * @param urls where the peer listens
     * @param dialect who is to dial the streams
     * @param remote whether it is reached by the pipeline only
     * @throws IllegalArgumentException if a URL is not of the form {@code http://host:port}, or there is none
     */
    public Peer(
            PeerEnvironment environment, MemberId id, List<URI> urls, Dialect dialect, boolean remote, Poster poster) {
        TransportConfig config = environment.config();
        this.environment = environment;
        this.id = id;
        this.dialect = dialect;
        this.remote = remote;
        this.urls = new UrlPicker(urls);
        this.received = environment.received().share("from peer " + id);
        this.ledger = new PeerLedger(
                config.memberId(),
                id,
                dialect,
                environment.metrics().forPeer(id),
                environment.coupler(),
                environment.reports(),
                environment.scheduler());
        this.inbox = new Inbox(id, config, environment.callback(), environment.executor(), ledger);
        this.msgApp = writer(StreamType.MSGAPP, new SendQueue(config.queueMessages(), config.queueBytes(), false));
        this.message = writer(StreamType.MESSAGE, new SendQueue(config.queueMessages(), config.queueBytes(), true));
        this.pipeline = new Pipeline(config, environment.scheduler(), poster, this.urls, ledger);
        this.contest = new Contest(environment.scheduler(), this::hasStream);
    }

    private StreamWriter writer(StreamType type, SendQueue queue) {
        boolean dialled = !remote && dialect == Dialect.PUSH;
        return new StreamWriter(
                type, dialled, queue, environment.config(), environment.scheduler(), environment.drainers(), ledger);
    }

    /** Begins to keep the peer's streams alive and to watch them. Call once. */
    public void start() {
        long period = environment.config().linkHeartbeatInterval().toNanos() / TICKS_A_HEARTBEAT;
        scheduleTick(new TickLateness(environment.scheduler().nanoTime(), period));
    }

    private void scheduleTick(TickLateness lateness) {
        environment.scheduler().schedule(() -> tick(lateness), lateness.periodNanos());
    }

    private void tick(TickLateness lateness) {
        if (!closed) {
            // First, so that whatever a tick throws, the next one comes.
            scheduleTick(lateness);
            long now = environment.scheduler().nanoTime();
            boolean mayCut = lateness.mayCut(now);
            msgApp.tick(mayCut);
            message.tick(mayCut);
            if (mayCut) {
                inbound.tick(now);
            }
        }
    }

    /**
     * Sends a message by the lane that is right for it now. Neither blocks nor throws; see {@code RaftTransport.send}.
     *
     * @return whether it was queued; false if it has been dropped, counted and reported
     */
    public boolean send(Message m) {
        int bytes = DecodedSize.weight(m);
        Lane lane = lane(m.getType(), bytes);
        DropReason refused = refusal(lane, bytes);
        if (refused == null) {
            refused = offer(lane, m, bytes);
        }
        if (refused != null) {
            ledger.dropped(lane, m, refused);
        }
        return refused == null;
    }

    /**
     * Sends a message as {@link #send}; but a message that finds the queue of its lane full waits for room. There is room
     * when the peer reads, and when the stream is lost, or could not be opened.
     *
     * @return {@link RaftCallback#TAKEN} if it has been queued or dropped; otherwise a stage that is completed when it has
     *     been
     */
    public CompletionStage<Void> sendWhenRoom(Message m) {
        int bytes = DecodedSize.weight(m);
        Lane lane = lane(m.getType(), bytes);
        StreamWriter writer = writerOf(lane);
        if (writer == null || refusal(lane, bytes) != null) {
            send(m);
            return RaftCallback.TAKEN;
        }
        return writer.offerWhenRoom(m, bytes, MessageClass.of(m.getType()));
    }

    /** The lane that is right for a message now. It is chosen by type, size and the state of the streams alone. */
    private Lane lane(MessageType type, int bytes) {
        if (closed) {
            // Its streams are gone. The lane of the type is the one that the sender meant.
            return remote ? Lane.PIPELINE : Lane.of(type);
        }
        if (type == MessageType.MsgApp && msgApp.isUsable()) {
            return Lane.MSGAPP;
        }
        boolean isForMessageLane = type != MessageType.MsgSnap && message.isUsable() && !isLongFallback(type, bytes);
        return isForMessageLane ? Lane.MESSAGE : Lane.PIPELINE;
    }

    /** Why a message must not be sent by a lane now; null if it may be. */
    private @Nullable DropReason refusal(Lane lane, int bytes) {
        if (closed) {
            return DropReason.CLOSED;
        }
        if (paused) {
            return DropReason.PAUSED;
        }
        TransportConfig config = environment.config();
        int limit = lane == Lane.PIPELINE ? config.maxPostBytes() : config.maxMessageBytes();
        return bytes > limit ? DropReason.TOO_LARGE : null;
    }

    /** Queues a message on a lane; returns why it was not queued, or null if it was. */
    private @Nullable DropReason offer(Lane lane, Message m, int bytes) {
        StreamWriter writer = writerOf(lane);
        if (writer == null) {
            return pipeline.offer(m, bytes) ? null : DropReason.NO_ROUTE;
        }
        return writer.offer(m, bytes, MessageClass.of(m.getType())) ? null : DropReason.QUEUE_FULL;
    }

    /** The writer of a lane; null for the pipeline, which has none. */
    private @Nullable StreamWriter writerOf(Lane lane) {
        return switch (lane) {
            case MSGAPP -> msgApp;
            case MESSAGE -> message;
            case PIPELINE -> null;
        };
    }

    private boolean isLongFallback(MessageType type, int bytes) {
        return type == MessageType.MsgApp
                && bytes > FALLBACK_BYTES
                && bytes <= environment.config().maxPostBytes();
    }

    /**
     * Gives a lane a stream that we write, in place of the one that it had, which is closed.
     *
     * @param acknowledged whether the peer acknowledges, and falls silent only when it is dead
     */
    public OutboundStream attach(StreamType type, StreamSink sink, boolean acknowledged) {
        return writer(type).attach(sink, encoder(type), acknowledged);
    }

    /** Whether a lane has a stream that we write. */
    public boolean isAttached(StreamType type) {
        return writer(type).isAttached();
    }

    /** The writer of a lane's streams to the peer. */
    StreamWriter writer(StreamType type) {
        return switch (type) {
            case MSGAPP -> msgApp;
            case MESSAGE -> message;
        };
    }

    private FrameEncoder encoder(StreamType type) {
        return type == StreamType.MSGAPP
                ? new MsgAppV2Encoder(environment.config().memberId().value(), id.value(), limits())
                : new MessageEncoder();
    }

    private FrameDecoder decoder(StreamType type) {
        return type == StreamType.MSGAPP
                ? new MsgAppV2Decoder(environment.config().memberId().value(), id.value(), limits(), received)
                : new MessageDecoder(limits(), received);
    }

    private FrameLimits limits() {
        return new FrameLimits(environment.config().maxMessageBytes());
    }

    private boolean hasStream(StreamType type, Direction direction) {
        return direction == Direction.OUTBOUND ? writer(type).isAttached() : inbound.isOpen(type);
    }

    /**
     * Decides about a stream that the peer asks for, which would replace the one it has.
     *
     * @return another process that says that it is the peer, and has its streams; this one must be refused. Empty: it may be
     *     opened
     */
    public Optional<StreamOrigin> rivalOf(StreamType type, Direction direction, StreamOrigin origin) {
        Contest.Decision decision = contest.decide(type, direction, origin);
        for (Contest.Slot loser : decision.losers()) {
            closeStream(
                    loser.type(),
                    loser.direction(),
                    new PeerUnreachableException("another process says that it is member " + id + ", too"));
        }
        return decision.rival();
    }

    /**
     * Decides about a post of the peer.
     *
     * @return another process that says that it is the peer, and has its streams; this post must be refused. Empty: it may be
     *     taken
     */
    public Optional<StreamOrigin> rivalOfPost(StreamOrigin origin) {
        return contest.rivalOfPost(origin);
    }

    /** As {@link PeerLedger#streamLine}. */
    public Optional<String> streamLine(StreamType type) {
        return ledger.streamLine(type);
    }

    /**
     * Takes a stream that the peer writes, in place of the one it had for that lane, which is closed.
     *
     * @param stream closes what the bytes come from
     * @param maxSilence how long it may be waited for a byte; then the stream is closed
     * @throws PeerUnreachableException if this peer has been removed meanwhile
     */
    public StreamReceiver accept(StreamType type, InboundStream stream, Duration maxSilence) {
        StreamReceiver receiver = new StreamReceiver(
                inbox, ledger, inbound, type, decoder(type), stream, environment.scheduler(), maxSilence.toNanos());
        ledger.accepted();
        inbound.opened(receiver);
        if (closed) {
            PeerUnreachableException gone = new PeerUnreachableException("peer " + id + " has been removed");
            receiver.close(gone);
            throw gone;
        }
        return receiver;
    }

    /** Closes a lane's stream in one direction, if there is one. */
    public void closeStream(StreamType type, Direction direction, Throwable cause) {
        if (direction == Direction.OUTBOUND) {
            writer(type).detach(cause);
        } else {
            inbound.close(type, cause);
        }
    }

    /**
     * Takes a message that came as a post of this peer.
     *
     * @return {@link RaftCallback#TAKEN}, or a stage until whose completion Raft does not have it; exceptionally if Raft fails to take
     *     it
     * @throws Exception what Raft threw, or the peer is paused
     */
    public CompletionStage<Void> receivedPost(Message m) throws Exception {
        return inbox.takePost(m);
    }

    /** Counts a message that came as a post of this peer, with a database or without, and was refused. */
    public void refusedPost(Message m, DropReason reason) {
        ledger.droppedReceived(Lane.PIPELINE, m, reason);
    }

    /**
     * Begins to send a snapshot with its database, which is then up to the caller.
     *
     * @param underWay how many are being sent already
     * @throws RaftTransportException if it cannot be sent now; this has been counted and reported
     */
    public SnapshotDelivery sendingSnapshot(Message m, int underWay) {
        int limit = environment.config().maxPostBytes();
        if (closed) {
            ledger.dropped(Lane.PIPELINE, m, DropReason.CLOSED);
            throw new PeerUnreachableException("peer " + id + " has been removed or closed");
        }
        if (paused) {
            ledger.dropped(Lane.PIPELINE, m, DropReason.PAUSED);
            throw new PeerUnreachableException("peer " + id + " is paused");
        }
        if (DecodedSize.weight(m) > limit) {
            ledger.dropped(Lane.PIPELINE, m, DropReason.TOO_LARGE);
            throw new FrameTooLargeException("the message of the snapshot to peer " + id + " has "
                    + m.getSerializedSize() + " bytes without the database, above the limit of " + limit);
        }
        if (underWay >= MAX_SNAPSHOTS) {
            ledger.dropped(Lane.PIPELINE, m, DropReason.QUEUE_FULL);
            throw new PeerUnreachableException(
                    underWay + " snapshots are on their way to peer " + id + " already, and no more may be");
        }
        return new SnapshotDelivery(m, urls, environment.scheduler(), ledger);
    }

    /**
     * Begins to take a snapshot that comes from the peer with its database.
     *
     * @throws PeerUnreachableException if the peer is paused
     */
    public SnapshotReceipt receivingSnapshot(Message m) {
        inbox.acceptPost(m);
        return new SnapshotReceipt(environment.scheduler(), ledger);
    }

    /** Says that a dial of one of the peer's URLs failed, so that the next one goes to another. */
    public void dialFailed(StreamType type, URI url, RaftTransportException cause) {
        urls.unreachable(url);
        writer(type).dialFailed();
        ledger.dialFailed(type, url, cause);
    }

    /** Keeps what a probe of the peer found. */
    public void probed(ProbeStatus status) {
        ledger.probed(status);
    }

    /** Ends all streams in both directions and drops what is queued. */
    public void close() {
        closed = true;
        ledger.close();
        PeerUnreachableException cause = new PeerUnreachableException("peer " + id + " has been removed or closed");
        msgApp.close(DropReason.CLOSED, cause);
        message.close(DropReason.CLOSED, cause);
        pipeline.close();
        inbox.close();
        inbound.close(cause);
    }

    public MemberId id() {
        return id;
    }

    /** Who is to dial its streams. */
    public Dialect dialect() {
        return dialect;
    }

    /** Whether it is reached by the pipeline only. */
    public boolean isRemote() {
        return remote;
    }

    /** Where to dial it. */
    public UrlPicker urls() {
        return urls;
    }

    /** Drops messages in both directions until {@code paused} is false again. */
    public void setPaused(boolean paused) {
        this.paused = paused;
        inbox.setPaused(paused);
    }

    /** Since when the peer has been reachable without a break. */
    public Optional<Instant> activeSince() {
        return ledger.activeSince();
    }

    /** The peer at this moment. */
    public PeerStatus status() {
        Map<Lane, LaneStatus> lanes = Map.of(
                Lane.MSGAPP, msgApp.status(),
                Lane.MESSAGE, message.status(),
                Lane.PIPELINE, pipeline.status());
        return new PeerStatus(
                id,
                urls.urls(),
                dialect,
                ledger.activeSince(),
                remote,
                paused,
                lanes,
                ledger.received(),
                ledger.follower(),
                ledger.probe());
    }

    @Override
    public String toString() {
        return "peer " + id + " (" + dialect + ") at " + urls.urls() + (closed ? ", closed" : paused ? ", paused" : "")
                + ", " + msgApp + ", " + message + ", " + pipeline + ", " + inbound;
    }
}
