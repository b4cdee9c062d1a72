package dev.rafthttp.snapshot;

import dev.rafthttp.Lane;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.outbound.UrlPicker;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.Clock;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One snapshot on its way to a peer with its database: tells Raft how that ended, and counts it, as a message of the
 * pipeline's account too; what is left of etcd's {@code snapshotSender} without the sending. Of several outcomes the first
 * counts. Any thread.
 */
public final class SnapshotDelivery {
    private final Message message;
    private final UrlPicker urls;
    private final URI url;
    private final Clock clock;
    private final PeerLedger ledger;
    private final long startNanos;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final AtomicBoolean ended = new AtomicBoolean();

    public SnapshotDelivery(Message message, UrlPicker urls, Clock clock, PeerLedger ledger) {
        this.message = message;
        this.urls = urls;
        this.url = urls.pick();
        this.clock = clock;
        this.ledger = ledger;
        this.startNanos = clock.nanoTime();
        ledger.snapshotSending();
    }

    /** Where to send it. */
    public URI url() {
        return url;
    }

    /** There is a connection to the peer, and from now on a part of the message may have been written to it. */
    public void begun() {
        if (begun.compareAndSet(false, true)) {
            ledger.sent(Lane.PIPELINE, message.getType(), message.getSerializedSize());
        }
    }

    /** So many more bytes of the message or database were handed to the network. */
    public void wrote(int more) {
        bytes.addAndGet(more);
    }

    /** The peer has stored it, and its Raft has taken the message. */
    public void delivered() {
        if (ended.compareAndSet(false, true)) {
            ledger.snapshotSent(message, bytes.get(), clock.nanoTime() - startNanos);
        }
    }

    /** The peer answered, and has not taken it. */
    public void refused(RaftTransportException cause) {
        if (ended.compareAndSet(false, true)) {
            urls.unreachable(url);
            ledger.snapshotRefused(message, bytes.get(), cause);
        }
    }

    /** Whether the peer took it is unknown; or, if it had not {@linkplain #begun begun}, nothing of it was written. */
    public void failed(RaftTransportException cause) {
        if (ended.compareAndSet(false, true)) {
            urls.unreachable(url);
            ledger.snapshotFailed(message, begun.get(), bytes.get(), cause);
        }
    }

    @Override
    public String toString() {
        return "snapshot to " + url + ", " + bytes + " bytes sent" + (ended.get() ? ", ended" : "");
    }
}
