package dev.rafthttp.server;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.Scheduler;
import dev.rafthttp.peer.StreamReceiver;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream that a peer sends as the body of a {@code POST}: reads it, acknowledges it in the answer, and closes it when no
 * byte comes any more.
 *
 * <p>Any thread may close it, by its receiver. The request is completed by its reader only, which fails as soon as it is not
 * held up by Raft.
 */
final class InboundPushStream implements BodyReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(InboundPushStream.class);

    private final AsyncContext exchange;
    private final StreamConnection connection;
    private final StreamReceiver receiver;
    private final StreamTicker ticker;
    private final Scheduler clock;
    private final long timeoutNanos;
    private final AckWriter acks;
    private final BodyReader reader;

    // Written by the reading thread, read by the ticker: silence counts while bytes are waited for, not while Raft
    // takes any.
    private volatile boolean waiting = true;
    private volatile long waitingSinceNanos;

    InboundPushStream(
            AsyncContext exchange,
            ByteBufferPool buffers,
            StreamConnection connection,
            StreamReceiver receiver,
            StreamTicker ticker,
            PeerEnvironment environment)
            throws IOException {
        this.exchange = exchange;
        this.connection = connection;
        this.receiver = receiver;
        this.ticker = ticker;
        this.clock = environment.scheduler();
        this.timeoutNanos = environment.config().streamTimeout().toNanos();
        this.acks = new AckWriter(
                exchange.getResponse().getOutputStream(),
                receiver,
                environment.config(),
                clock,
                ticker.periodNanos(),
                receiver::close);
        this.reader = new BodyReader(exchange.getRequest().getInputStream(), buffers, this);
        this.waitingSinceNanos = clock.nanoTime();
    }

    /** Accepts: asks for the body, and flushes the answer's head. Called by the thread that handles the request. */
    void open() {
        // WIRE: the sender waits for 100 before it sends a byte, and for 200 before it trusts that it is accepted.
        reader.start();
        try {
            exchange.getResponse().flushBuffer();
        } catch (IOException e) {
            // The reader fails for the same reason, and ends the request.
            receiver.close(e);
            return;
        }
        acks.start();
        ticker.add(this);
    }

    /** Called every now and then, on the scheduler's thread. */
    void tick() {
        acks.tick();
        if (waiting) {
            long silence = clock.nanoTime() - waitingSinceNanos;
            if (silence >= timeoutNanos) {
                receiver.close(new PeerUnreachableException("no byte for " + silence / 1_000_000 + " ms"));
            }
        }
    }

    @Override
    public void bytes(ByteBuffer arrived) {
        waiting = false;
        long heartbeats = receiver.linkHeartbeats();
        receiver.receive(arrived);
        if (receiver.linkHeartbeats() != heartbeats) {
            acks.tick();
        }
    }

    @Override
    public void drained() {
        waitingSinceNanos = clock.nanoTime();
        waiting = true;
    }

    @Override
    public void end() {
        try {
            receiver.end();
        } catch (CorruptFrameException e) {
            failed(e);
            return;
        }
        LOG.info(
                "peer {} ended its {} stream",
                receiver.peer().id(),
                receiver.lane().label());
        connection.release();
        over(new PeerUnreachableException("the peer ended the stream"));
    }

    @Override
    public void failed(Throwable cause) {
        // Jetty's messages describe its own state at length; the stack trace still has them.
        over(
                cause instanceof IOException
                        ? new PeerUnreachableException(
                                "the connection was lost: " + cause.getClass().getSimpleName(), cause)
                        : cause);
    }

    private void over(Throwable cause) {
        receiver.close(cause);
        ticker.remove(this);
        connection.complete(() -> acks.finish(exchange::complete));
    }
}
