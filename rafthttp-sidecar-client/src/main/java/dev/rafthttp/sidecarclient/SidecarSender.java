package dev.rafthttp.sidecarclient;

import dev.rafthttp.codec.FrameBuffer;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the node's messages to its sidecar, in one long {@code POST /v1/messages}.
 *
 * <p>Each connection has a queue of its own, which ends with it. While there is no connection, messages are dropped, because Raft
 * sends again, and old messages are of no use.
 */
final class SidecarSender implements LongRequest.Attempt {
    static final String PATH = "/v1/messages";

    private static final Logger LOG = LoggerFactory.getLogger(SidecarSender.class);

    /** As much as one write carries. */
    private static final int BATCH_BYTES = 60 << 10;

    private final OwnSidecar sidecar;
    private final LongAdder dropped = new LongAdder();
    private final AtomicBoolean isFull = new AtomicBoolean();
    private volatile OutgoingQueue queue = new OutgoingQueue();

    // Owned by the request's thread.
    private long droppedBefore;

    SidecarSender(OwnSidecar sidecar) {
        this.sidecar = sidecar;
        queue.close();
    }

    /** Sends a message. Drops it if there is no connection, or too many messages wait. Any thread. */
    void send(Message message) {
        OutgoingQueue.Fate fate = queue.offer(message);
        if (fate == OutgoingQueue.Fate.TAKEN) {
            return;
        }
        dropped.increment();
        if (fate == OutgoingQueue.Fate.FULL && isFull.compareAndSet(false, true)) {
            LOG.warn(
                    "the sidecar at {} does not take messages as fast as they are sent: more than {} wait, or {} bytes; dropping",
                    sidecar,
                    OutgoingQueue.MAX_MESSAGES,
                    OutgoingQueue.MAX_BYTES);
        }
    }

    /** How many messages were dropped. */
    long dropped() {
        return dropped.sum();
    }

    @Override
    public void run(Runnable connected) throws IOException, InterruptedException, WrongSidecarException {
        sidecar.status();
        OutgoingQueue own = new OutgoingQueue();
        try (SidecarPost post = new SidecarPost(sidecar.http(), PATH, () -> dropped.add(own.close()))) {
            post.open();
            isFull.set(false);
            queue = own;
            connected.run();
            tellDropped();
            write(own, post);
            SidecarPost.Answer answer = post.answer();
            throw SidecarHttp.refused(answer.status(), answer.text());
        } finally {
            dropped.add(own.close());
        }
    }

    private static void write(OutgoingQueue from, SidecarPost post) throws IOException, InterruptedException {
        MessageEncoder encoder = new MessageEncoder();
        FrameBuffer batch = new FrameBuffer();
        for (List<Message> some = from.take(BATCH_BYTES); !some.isEmpty(); some = from.take(BATCH_BYTES)) {
            some.forEach(message -> encoder.encode(message, batch));
            for (@Nullable ByteBuffer piece = batch.next(); piece != null; piece = batch.next()) {
                post.write(piece);
            }
            batch.clear();
        }
    }

    private void tellDropped() {
        long now = dropped.sum();
        if (now > droppedBefore) {
            LOG.info(
                    "{} messages to the sidecar at {} were dropped before it was connected",
                    now - droppedBefore,
                    sidecar);
        }
        droppedBefore = now;
    }
}
