package dev.rafthttp.server;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.MemberId;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.peer.Failures;
import dev.rafthttp.peer.FatalErrors;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.raftpb.Message;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One message on its way in by {@code POST /raft}: collects it, gives it to Raft, and answers. */
final class MessagePost implements BodyReader.Sink {
    private static final Logger LOG = LoggerFactory.getLogger(MessagePost.class);

    /** Holds a heartbeat or a vote; for more it grows as more arrives, whatever length was announced. */
    private static final int INITIAL_BYTES = 256;

    private final PeerEnvironment environment;
    private final ClusterGuard guard;
    private final Optional<MemberId> sender;
    private final AsyncContext exchange;
    private ByteString.Output body = ByteString.newOutput(INITIAL_BYTES);

    /** What is given the rest, once the post is refused for what has arrived of it; null before. */
    private @Nullable RefusedBody rest;

    /** @param sender who it comes from, if the head of the request says so */
    MessagePost(PeerEnvironment environment, ClusterGuard guard, Optional<MemberId> sender, AsyncContext exchange) {
        this.environment = environment;
        this.guard = guard;
        this.sender = sender;
        this.exchange = exchange;
    }

    @Override
    public void bytes(ByteBuffer arrived) throws IOException {
        if (rest != null) {
            rest.bytes(arrived);
            return;
        }
        try {
            checkLength((long) body.size() + arrived.remaining(), environment.config());
            body.write(arrived.array(), arrived.arrayOffset() + arrived.position(), arrived.remaining());
        } catch (RefusedException e) {
            refuseEarly(e);
        } catch (OutOfMemoryError e) {
            refuseEarly(noRoom(e));
        }
    }

    private void refuseEarly(RefusedException refused) throws IOException {
        // Let go first: to answer takes memory too.
        body = ByteString.newOutput(0);
        answer(refused);
        exchange.getResponse().flushBuffer();
        rest = RefusedBody.linger(exchange, environment.scheduler());
    }

    private static RefusedException noRoom(OutOfMemoryError cause) {
        NoRoomException said = new NoRoomException(cause);
        return new RefusedException(Refusal.POST_NO_ROOM, String.valueOf(said.getMessage()), said);
    }

    /**
     * Whether a body may be of a length.
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
            deliver(parse());
            ((HttpServletResponse) exchange.getResponse()).setStatus(HttpServletResponse.SC_NO_CONTENT);
            exchange.complete();
        } catch (RefusedException e) {
            refuse(e);
        }
    }

    @Override
    public void failed(Throwable cause) {
        if (rest != null) {
            rest.failed(cause);
            return;
        }
        body = ByteString.newOutput(0);
        if (cause instanceof NoRoomException) {
            refuse(new RefusedException(Refusal.POST_NO_ROOM, String.valueOf(cause.getMessage()), cause));
        } else if (cause instanceof Error) {
            refuse(new RefusedException(Refusal.POST_NOT_PROCESSED, "an error: " + cause, cause));
        } else {
            refuse(new RefusedException(
                    Refusal.POST_UNREADABLE, "its body is broken: " + Failures.brief(cause), cause));
        }
    }

    private void refuse(RefusedException refused) {
        try {
            answer(refused);
        } finally {
            // Even if there is no memory for the answer; the connection is closed then.
            exchange.complete();
        }
    }

    private void answer(RefusedException refused) {
        try {
            guard.refuse(
                    (HttpServletRequest) exchange.getRequest(), (HttpServletResponse) exchange.getResponse(), refused);
        } catch (IOException e) {
            LOG.debug("the sender is gone before it was told {}", refused.refusal(), e);
        }
    }

    private Message parse() throws RefusedException {
        try {
            return Message.parseFrom(body.toByteString());
        } catch (InvalidProtocolBufferException e) {
            throw new RefusedException(
                    Refusal.POST_NO_MESSAGE, body.size() + " bytes that are no message: " + e.getMessage(), e);
        } catch (OutOfMemoryError e) {
            body = ByteString.newOutput(0);
            throw noRoom(e);
        }
    }

    private void deliver(Message message) throws RefusedException {
        Optional<Peer> peer = guard.checkMessage(message, sender);
        try {
            if (peer.isPresent()) {
                peer.get().receivedPost(message);
            } else {
                // WIRE: a member that joined before we learnt of it may post; its cluster ID vouches for it.
                processOfUnknown(message);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notProcessed(message, e);
        } catch (RejectedExecutionException e) {
            throw new RefusedException(Refusal.POST_CLOSING, "Raft is closing: " + e.getMessage(), e);
        } catch (Exception e) {
            throw notProcessed(message, e);
        }
    }

    private void processOfUnknown(Message message) throws Exception {
        try {
            environment.callback().process(message, sender.orElseGet(() -> new MemberId(message.getFrom())));
        } catch (Error e) {
            FatalErrors.report(e);
            throw e;
        }
    }

    private static RefusedException notProcessed(Message message, Exception cause) {
        return new RefusedException(
                Refusal.POST_NOT_PROCESSED, "Raft failed to take its " + message.getType() + ": " + cause, cause);
    }
}
