package dev.rafthttp.outbound;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.metrics.LaneAccount;
import dev.rafthttp.metrics.PeerMetrics;
import dev.rafthttp.queue.SendQueue;
import dev.rafthttp.queue.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.runtime.Clock;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends single messages to a peer while no stream is attached, and snapshots' messages; etcd's {@code pipeline}. Posts may
 * overtake each other.
 *
 * <p>No thread of its own: a sender starts a post if fewer than the limit are under way, and each that ends starts the next.
 */
public final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    private final SendQueue queue;
    private final int maxInFlight;
    private final Poster poster;
    private final UrlPicker urls;
    private final Clock clock;
    private final LaneAccount account;
    private final FollowerStats followerStats;
    private final PeerMetrics metrics;
    private final Listener listener;

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicBoolean draining = new AtomicBoolean();
    private volatile boolean closed;

    /** Told how each post ended. Must not block. */
    public interface Listener {
        void posted(Message message);

        void postFailed(Message message, Throwable cause);

        void dropped(Lane lane, Message message, DropReason reason);

        void removed(RemovedMemberException cause);
    }

    public Pipeline(
            TransportConfig config,
            Clock clock,
            Poster poster,
            UrlPicker urls,
            LaneAccount account,
            FollowerStats followerStats,
            PeerMetrics metrics,
            Listener listener) {
        this.queue = new SendQueue(config.pipelineQueue(), config.queueBytes(), false);
        this.maxInFlight = config.pipelineInFlight();
        this.poster = poster;
        this.urls = urls;
        this.clock = clock;
        this.account = account;
        this.followerStats = followerStats;
        this.metrics = metrics;
        this.listener = listener;
    }

    /** Queues a message, or returns false if the queue is full. Never blocks. */
    public boolean offer(Message message, int bytes) {
        if (!queue.offer(message, bytes, MessageClass.URGENT)) {
            return false;
        }
        drain();
        return true;
    }

    /** Drops what is queued, now and from now on. Posts under way end by themselves, with the HTTP client. */
    public void close() {
        closed = true;
        drain();
    }

    /** The pipeline at this moment. */
    public LaneStatus status() {
        return account.status(false, queue.messages(), queue.bytes(), 0, 0);
    }

    private void drain() {
        while (hasWork() && draining.compareAndSet(false, true)) {
            try {
                while (closed || inFlight.get() < maxInFlight) {
                    Message message = queue.poll();
                    if (message == null) {
                        break;
                    }
                    queue.release();
                    if (closed) {
                        listener.dropped(Lane.PIPELINE, message, DropReason.CLOSED);
                    } else {
                        post(message);
                    }
                }
            } finally {
                draining.set(false);
            }
        }
    }

    private boolean hasWork() {
        return (closed || inFlight.get() < maxInFlight) && !queue.isEmpty();
    }

    private void post(Message message) {
        URI url = urls.pick();
        Post post = new Post(message, url, clock.nanoTime());
        inFlight.incrementAndGet();
        try {
            poster.post(url, message, post);
        } catch (RuntimeException | Error e) {
            // An outcome that is told after all comes too late.
            LOG.error("a post to {} failed before it was on its way", url, e);
            post.failed(e);
        }
    }

    /** One post under way. */
    private final class Post implements Poster.Outcome {
        private final Message message;
        private final URI url;
        private final long startNanos;
        private volatile boolean begun;

        /** Whether it is told how it ended, which happens once whatever the poster does. */
        private final AtomicBoolean over = new AtomicBoolean();

        Post(Message message, URI url, long startNanos) {
            this.message = message;
            this.url = url;
            this.startNanos = startNanos;
        }

        @Override
        public void begun() {
            if (over.get()) {
                return;
            }
            begun = true;
            account.sent(1);
            metrics.sent(Lane.PIPELINE, message.getType(), message.getSerializedSize());
        }

        @Override
        public void delivered() {
            endWith(() -> {
                account.delivered(1);
                if (isMsgApp()) {
                    followerStats.succeeded(clock.nanoTime() - startNanos, 1);
                }
                listener.posted(message);
            });
        }

        @Override
        public void refused(RaftTransportException cause) {
            endWith(() -> {
                listener.dropped(Lane.PIPELINE, message, DropReason.REFUSED);
                if (cause instanceof RemovedMemberException removed) {
                    listener.removed(removed);
                }
                failedWith(cause);
            });
        }

        @Override
        public void failed(Throwable cause) {
            endWith(() -> {
                if (begun) {
                    account.inDoubt(1);
                    metrics.inDoubt(Lane.PIPELINE, 1);
                } else {
                    listener.dropped(Lane.PIPELINE, message, DropReason.UNREACHABLE);
                }
                failedWith(cause);
            });
        }

        private void failedWith(Throwable cause) {
            urls.unreachable(url);
            if (isMsgApp()) {
                followerStats.failed(1);
            }
            listener.postFailed(message, cause);
        }

        private boolean isMsgApp() {
            return message.getType() == MessageType.MsgApp;
        }

        /** Accounts for the post, once, and starts the next one, whatever the accounting throws. */
        private void endWith(Runnable accounting) {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            try {
                accounting.run();
            } catch (RuntimeException | Error e) {
                LOG.error("the end of a post of {} to {} was not told to all", message.getType(), url, e);
            } finally {
                inFlight.decrementAndGet();
            }
            drain();
        }
    }

    @Override
    public String toString() {
        return "pipeline, " + inFlight + " posts under way, " + queue.messages() + " messages waiting";
    }
}
