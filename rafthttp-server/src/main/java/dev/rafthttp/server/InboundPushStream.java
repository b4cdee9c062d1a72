package dev.rafthttp.server;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.StreamType;
import dev.rafthttp.inbound.StreamReceiver;
import dev.rafthttp.jetty.ContentReader;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.runtime.Failures;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream that a peer sends as the body of a {@code POST}: reads it, and acknowledges it in the answer.
 *
 * <p>Any thread may close it, by its receiver. The close makes the reader fail, and only the reader completes the
 * request.
 */
final class InboundPushStream implements ContentReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(InboundPushStream.class);

    private final AsyncContext exchange;
    private final StreamConnection connection;
    private final Peer peer;
    private final StreamReceiver receiver;
    private final StreamTicker ticker;
    private final AckWriter acks;
    private final ContentReader reader;

    /** Whether the answer's head has been flushed. Nothing is taken before, because a message might end the stream. */
    private volatile boolean opened;

    InboundPushStream(
            AsyncContext exchange,
            ServletContextRequest request,
            StreamConnection connection,
            Peer peer,
            StreamReceiver receiver,
            StreamTicker ticker,
            PeerEnvironment environment) {
        this.exchange = exchange;
        this.connection = connection;
        this.peer = peer;
        this.receiver = receiver;
        this.ticker = ticker;
        Response answer = request.getServletContextResponse().getWrapped();
        this.acks = new AckWriter(
                (bytes, ended) -> answer.write(false, bytes, ended),
                receiver,
                peer.id(),
                environment.config(),
                environment.scheduler(),
                ticker.periodNanos(),
                receiver::close);
        this.reader = new ContentReader(request, environment.executor(), this);
        connection.readBy(reader);
    }

    /**
     * Accepts the stream: asks for the body, and flushes the answer's head. Called by the thread that handles the
     * request.
     */
    void open() {
        // First, because the reader may reach the stream's end before this method returns.
        ticker.add(this);
        // WIRE: the sender waits for 100 before it sends a byte, and for 200 before it takes the stream as accepted.
        reader.start();
        try {
            exchange.getResponse().flushBuffer();
        } catch (IOException e) {
            // The reader fails for the same reason, and ends the request.
            receiver.close(e);
        }
        opened = true;
        acks.start();
        reader.resume();
    }

    /** Called at intervals, on the scheduler's thread. */
    void tick() {
        acks.tick();
    }

    @Override
    public boolean bytes(ByteBuffer arrived) {
        if (!opened) {
            return false;
        }
        long heartbeats = receiver.linkHeartbeats();
        boolean goesOn = receiver.receive(arrived);
        if (receiver.linkHeartbeats() != heartbeats) {
            acks.tick();
        }
        return goesOn;
    }

    @Override
    public void end() {
        try {
            receiver.end();
        } catch (CorruptFrameException e) {
            failed(e);
            return;
        }
        StreamType type = receiver.type();
        peer.streamLine(type).ifPresent(end -> LOG.info("peer {} ended its {} stream{}", peer.id(), type.label(), end));
        connection.release();
        over(new PeerUnreachableException("the peer ended the stream"));
    }

    @Override
    public void failed(Throwable cause) {
        // Jetty's messages describe its own state at length. The stack trace still has them.
        over(
                cause instanceof IOException
                        ? new PeerUnreachableException("the connection was lost: " + Failures.brief(cause), cause)
                        : cause);
    }

    private void over(Throwable cause) {
        receiver.close(cause);
        ticker.remove(this);
        connection.complete(() -> acks.finish(() -> Exchanges.complete(exchange)));
    }

    @Override
    public String toString() {
        return receiver + (opened ? "" : ", not opened yet");
    }
}
