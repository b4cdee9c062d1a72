package dev.rafthttp.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.MemberId;
import dev.rafthttp.NoRoomException;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.DecodedSize;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.inbound.Inbox;
import dev.rafthttp.jetty.ContentReader;
import dev.rafthttp.jetty.RestOfBody;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.peer.Refusal;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.Failures;
import dev.rafthttp.runtime.FatalErrors;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.eclipse.jetty.io.EndPoint;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One message that arrives by {@code POST /raft}: collects it, gives it to Raft, and answers. */
final class MessagePost implements ContentReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(MessagePost.class);

    /**
     * Holds a heartbeat or a vote. For more it grows by half of what has arrived, whatever length was announced; so where memory runs
     * out, it does so here, and leaves what others need to answer.
     */
    private static final int INITIAL_BYTES = 256;

    private final PeerEnvironment environment;
    private final ClusterGuard guard;
    private final Optional<MemberId> sender;
    private final AsyncContext exchange;
    private final EndPoint connection;
    private final MemoryBudget.Charge charge;
    private ByteString.Output body = ByteString.newOutput(INITIAL_BYTES);

    /** Takes the rest of the body after the post was refused before its end; null before. */
    private @Nullable RestOfBody rest;

    /**
     * @param sender of the message, if the head of the request names it
     * @param charge closed at the end of the exchange
     */
    MessagePost(
            PeerEnvironment environment,
            ClusterGuard guard,
            Optional<MemberId> sender,
            AsyncContext exchange,
            EndPoint connection,
            MemoryBudget.Charge charge) {
        this.environment = environment;
        this.guard = guard;
        this.sender = sender;
        this.exchange = exchange;
        this.connection = connection;
        this.charge = charge;
    }

    @Override
    public boolean bytes(ByteBuffer arrived) throws IOException {
        if (rest != null) {
            return rest.bytes(arrived);
        }
        try {
            long size = (long) body.size() + arrived.remaining();
            checkLength(size, environment.config());
            charge.cover(size);
            ByteString.copyFrom(arrived).writeTo(body);
        } catch (RefusedException e) {
            refuseEarly(e);
        } catch (NoRoomException e) {
            refuseEarly(noRoom(e));
        } catch (OutOfMemoryError e) {
            refuseEarly(noRoom(e));
        }
        return true;
    }

    private void refuseEarly(RefusedException refused) throws IOException {
        // Released first, because an answer needs memory too.
        body = ByteString.newOutput(0);
        charge.close();
        answer(refused);
        exchange.getResponse().flushBuffer();
        rest = RefusedBody.linger(exchange, environment.scheduler());
    }

    private static RefusedException noRoom(OutOfMemoryError cause) {
        return noRoom(new NoRoomException(
                "no room in the heap of " + Runtime.getRuntime().maxMemory() + " bytes: " + cause.getMessage(), cause));
    }

    private static RefusedException noRoom(NoRoomException cause) {
        return new RefusedException(Refusal.POST_NO_ROOM, cause.getMessage(), cause);
    }

    /**
     * Refuses a body above the limit.
     *
     * @param bytes announced, or arrived so far
     */
    static void checkLength(long bytes, TransportConfig config) throws RefusedException {
        if (bytes > config.maxPostBytes()) {
            throw new RefusedException(
                    Refusal.POST_TOO_LARGE,
                    "a body of at least " + bytes + " bytes, above the limit of " + config.maxPostBytes(),
                    "the limit is " + config.maxPostBytes() + " bytes");
        }
    }

    @Override
    public void end() {
        if (rest != null) {
            rest.end();
            return;
        }
        try {
            Message message = parse();
            CompletionStage<Void> taken = deliver(message);
            // No thread waits for Raft, and nothing more is read.
            taken.whenComplete((done, failure) -> {
                if (failure == null) {
                    taken();
                } else {
                    refuse(refusal(message, Failures.cause(failure)));
                }
            });
        } catch (RefusedException e) {
            refuse(e);
        } catch (Error e) {
            refuse(new RefusedException(Refusal.POST_NOT_PROCESSED, "an error: " + e, e));
        }
    }

    private void taken() {
        charge.close();
        ((HttpServletResponse) exchange.getResponse()).setStatus(HttpServletResponse.SC_NO_CONTENT);
        Exchanges.complete(exchange);
    }

    @Override
    public void failed(Throwable cause) {
        if (rest != null) {
            rest.failed(cause);
            return;
        }
        body = ByteString.newOutput(0);
        charge.close();
        try {
            refuse(
                    cause instanceof OutOfMemoryError e
                            ? noRoom(e)
                            : new RefusedException(
                                    Refusal.POST_UNREADABLE, "its body is broken: " + Failures.brief(cause), cause));
        } catch (OutOfMemoryError e) {
            // There is no memory for an answer either. The sender must not wait for one.
            connection.close();
        }
    }

    private void refuse(RefusedException refused) {
        charge.close();
        try {
            answer(refused);
        } finally {
            // Also if there is no memory for the answer. The connection is then closed.
            Exchanges.complete(exchange);
        }
    }

    private void answer(RefusedException refused) {
        try {
            guard.refuse(
                    (HttpServletRequest) exchange.getRequest(), (HttpServletResponse) exchange.getResponse(), refused);
        } catch (IOException e) {
            LOG.debug("the sender was gone before it got the answer {}", refused.refusal(), e);
        }
    }

    private Message parse() throws RefusedException {
        try {
            ByteString encoded = body.toByteString();
            FrameLimits limits = new FrameLimits(environment.config().maxPostBytes());
            // Protobuf copies the data out of these bytes.
            charge.cover(
                    encoded.size() + DecodedSize.of(Message.getDescriptor(), encoded, 0, limits.maxDecodedBytes()));
            return Message.parseFrom(encoded);
        } catch (NoRoomException e) {
            body = ByteString.newOutput(0);
            throw noRoom(e);
        } catch (FrameTooLargeException e) {
            throw new RefusedException(Refusal.POST_TOO_LARGE, e.getMessage(), e);
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedException(
                    Refusal.POST_NO_MESSAGE, body.size() + " bytes that are no message: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            body = ByteString.newOutput(0);
            throw noRoom(e);
        }
    }

    private CompletionStage<Void> deliver(Message message) throws RefusedException {
        Optional<Peer> peer = guard.checkMessage(message, sender);
        try {
            // WIRE: a member may post that has joined before this member learnt of it. Its cluster ID vouches for it.
            return peer.isPresent() ? peer.get().receivedPost(message) : processOfUnknown(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refusal(message, e);
        } catch (Exception e) {
            throw refusal(message, e);
        }
    }

    private CompletionStage<Void> processOfUnknown(Message message) throws Exception {
        try {
            MemberId from = sender.orElseGet(() -> new MemberId(message.getFrom()));
            return Inbox.process(environment.callback(), message, from).whenComplete((taken, failure) -> {
                if (failure != null) {
                    FatalErrors.report(Failures.cause(failure));
                }
            });
        } catch (Error e) {
            FatalErrors.report(e);
            throw e;
        }
    }

    private static RefusedException refusal(Message message, Throwable cause) {
        return cause instanceof RejectedExecutionException
                ? new RefusedException(Refusal.POST_CLOSING, "Raft is closing: " + cause.getMessage(), cause)
                : new RefusedException(
                        Refusal.POST_NOT_PROCESSED,
                        "Raft failed to take its " + message.getType() + ": " + cause,
                        cause);
    }
}
