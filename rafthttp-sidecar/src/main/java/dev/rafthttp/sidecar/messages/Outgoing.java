package dev.rafthttp.sidecar.messages;

import dev.rafthttp.DropReason;
import dev.rafthttp.MemberId;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.coupling.StreamControl;
import dev.rafthttp.inbound.MessageRules;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecar.events.NodeEvents;
import dev.rafthttp.sidecar.peers.Peers;
import dev.rafthttp.sidecar.tap.Tap;
import org.jspecify.annotations.Nullable;

/** The way from the node to its peers. Any thread. */
public final class Outgoing {
    private final Peers peers;
    private final StreamControl streams;
    private final Tap tap;
    private final MessageRules rules;
    private final UnsentMessages unsent;
    private final MemoryBudget posted;
    private volatile boolean closing;

    /**
     * @param member that the node is
     * @param events are told what is not sent
     * @param tap is shown what is sent
     * @param receiveBytes half of which what the node posts may take while it is decoded
     */
    public Outgoing(
            MemberId member, Peers peers, StreamControl streams, NodeEvents events, Tap tap, long receiveBytes) {
        this.peers = peers;
        this.streams = streams;
        this.tap = tap;
        this.rules = new MessageRules(member, peers::isRemoved);
        this.unsent = new UnsentMessages(events);
        this.posted = new MemoryBudget(receiveBytes).share("from the node");
    }

    /** A decoder of frames that the node posts. All decoders together are bounded. Close it. */
    public MessageDecoder newDecoder() {
        return new MessageDecoder(FrameLimits.DEFAULT, posted);
    }

    /** Why a message may not be sent; null if it may. */
    public @Nullable DropReason check(Message message) {
        @Nullable DropReason reason = rules.checkSent(message);
        return reason == null && !peers.isPeer(message.getTo()) ? DropReason.UNKNOWN_PEER : reason;
    }

    /**
     * Sends a message that may be sent.
     *
     * @return false if it is dropped: its lane is full, there is no way to its peer, or the peer has been removed just now
     */
    boolean send(Message message) {
        if (!streams.offer(message)) {
            return false;
        }
        tap.saw(message);
        return true;
    }

    /** The account of those that may not be sent. */
    public UnsentMessages unsent() {
        return unsent;
    }

    /** Shows a message that is sent with its database, on a connection of its own. */
    public void sending(Message message) {
        tap.saw(message);
    }

    public boolean isClosing() {
        return closing;
    }

    /** Has requests that bring messages end. */
    public void close() {
        closing = true;
    }
}
