package dev.rafthttp.server;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.Lane;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.peer.Failures;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.StreamReceiver;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.ByteBufferPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream that a peer sends as the body of a {@code POST}: reads it, and acknowledges it in the answer.
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
    private final AckWriter acks;
    private final BodyReader reader;

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
        this.acks = new AckWriter(
                exchange.getResponse().getOutputStream(),
                receiver,
                environment.config(),
                environment.scheduler(),
                ticker.periodNanos(),
                receiver::close);
        this.reader = new BodyReader(exchange.getRequest().getInputStream(), buffers, this);
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
    }

    @Override
    public void bytes(ByteBuffer arrived) {
        long heartbeats = receiver.linkHeartbeats();
        receiver.receive(arrived);
        if (receiver.linkHeartbeats() != heartbeats) {
            acks.tick();
        }
    }

    @Override
    public void end() {
        try {
            receiver.end();
        } catch (CorruptFrameException e) {
            failed(e);
            return;
        }
        Peer peer = receiver.peer();
        Lane lane = receiver.lane();
        peer.streamLine(lane).ifPresent(end -> LOG.info("peer {} ended its {} stream{}", peer.id(), lane.label(), end));
        connection.release();
        over(new PeerUnreachableException("the peer ended the stream"));
    }

    @Override
    public void failed(Throwable cause) {
        if (cause instanceof NoRoomException) {
            over(new FrameTooLargeException(String.valueOf(cause.getMessage())));
            return;
        }
        // Jetty's messages describe its own state at length; the stack trace still has them.
        over(
                cause instanceof IOException
                        ? new PeerUnreachableException("the connection was lost: " + Failures.brief(cause), cause)
                        : cause);
    }

    private void over(Throwable cause) {
        receiver.close(cause);
        ticker.remove(this);
        connection.complete(() -> acks.finish(exchange::complete));
    }
}
