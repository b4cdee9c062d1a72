package dev.rafthttp.peer;

import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.raftpb.Message;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One snapshot on its way to a peer with its database: tells Raft how that ended, and counts it; what is left of etcd's
 * {@code snapshotSender} without the sending. Of several outcomes the first counts. Any thread.
 */
public final class SnapshotDelivery {
    private final Message message;
    private final UrlPicker urls;
    private final URI url;
    private final Scheduler clock;
    private final PeerMetrics metrics;
    private final Pipeline.Listener listener;
    private final long startNanos;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();

    SnapshotDelivery(
            Message message, UrlPicker urls, Scheduler clock, PeerMetrics metrics, Pipeline.Listener listener) {
        this.message = message;
        this.urls = urls;
        this.url = urls.pick();
        this.clock = clock;
        this.metrics = metrics;
        this.listener = listener;
        this.startNanos = clock.nanoTime();
        metrics.snapshotSending();
    }

    /** Where to send it. */
    public URI url() {
        return url;
    }

    /** So many more bytes of the message or database were handed to the network. */
    public void wrote(int more) {
        bytes.addAndGet(more);
    }

    /** The peer has stored it, and its Raft has taken the message. */
    public void delivered() {
        if (ended.compareAndSet(false, true)) {
            metrics.snapshotSent(bytes.get(), clock.nanoTime() - startNanos);
            listener.posted(message);
        }
    }

    /** The peer refused it, or whether it took it is unknown. */
    public void failed(RaftTransportException cause) {
        if (ended.compareAndSet(false, true)) {
            metrics.snapshotSendFailed(bytes.get());
            urls.unreachable(url);
            if (cause instanceof RemovedMemberException removed) {
                listener.removed(removed);
            }
            listener.postFailed(message, cause);
        }
    }
}
