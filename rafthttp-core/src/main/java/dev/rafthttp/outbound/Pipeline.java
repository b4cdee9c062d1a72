package dev.rafthttp.outbound;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.ledger.PeerLedger;
import dev.rafthttp.queue.SendQueue;
import dev.rafthttp.queue.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
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
    private final PeerLedger ledger;

    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicBoolean draining = new AtomicBoolean();
    private volatile boolean closed;

    public Pipeline(TransportConfig config, Clock clock, Poster poster, UrlPicker urls, PeerLedger ledger) {
        this.queue = new SendQueue(config.pipelineQueue(), config.queueBytes(), false);
        this.maxInFlight = config.pipelineInFlight();
        this.poster = poster;
        this.urls = urls;
        this.clock = clock;
        this.ledger = ledger;
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
        return ledger.status(Lane.PIPELINE, false, queue.messages(), queue.bytes());
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
                        ledger.dropped(Lane.PIPELINE, message, DropReason.CLOSED);
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
            ledger.sent(Lane.PIPELINE, message.getType(), message.getSerializedSize());
        }

        @Override
        public void delivered() {
            endWith(() -> ledger.posted(message, clock.nanoTime() - startNanos));
        }

        @Override
        public void refused(RaftTransportException cause) {
            endWith(() -> {
                urls.unreachable(url);
                ledger.postRefused(message, cause);
            });
        }

        @Override
        public void failed(Throwable cause) {
            endWith(() -> {
                urls.unreachable(url);
                ledger.postFailed(message, begun, cause);
            });
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
