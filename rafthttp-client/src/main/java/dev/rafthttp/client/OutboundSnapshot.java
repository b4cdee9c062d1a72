package dev.rafthttp.client;

import com.google.protobuf.CodedOutputStream;
import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.snapshot.SnapshotDelivery;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;

/**
 * One {@code POST /raft/snapshot}, from the request's head to the answer.
 *
 * <p>Jetty's threads call it. It ends exactly once, together with the exchange. A thread that ends the exchange early
 * first writes the cause to {@link #endCause}.
 */
final class OutboundSnapshot extends BufferingResponseListener {
    private static final int MAX_ANSWER_BYTES = 64 << 10;

    private final MemberId peer;
    private final Message message;
    private final SnapshotDelivery delivery;
    private final Consumer<OutboundSnapshot> ended;
    private final AbortableRequest request;
    private final AsyncRequestContent body = new AsyncRequestContent(Protocol.OCTETS);
    private final DatabasePump pump;
    private final CompletableFuture<Void> outcome = new CompletableFuture<>();
    private final AtomicReference<@Nullable RaftTransportException> endCause = new AtomicReference<>();

    /**
     * @param request complete, except for its body
     * @param ended called when the exchange has ended
     */
    OutboundSnapshot(
            MemberId peer,
            Message message,
            InputStream database,
            long size,
            SnapshotDelivery delivery,
            Executor executor,
            Request request,
            Consumer<OutboundSnapshot> ended) {
        super(MAX_ANSWER_BYTES);
        this.peer = peer;
        this.message = message;
        this.delivery = delivery;
        this.ended = ended;
        // WIRE: chunked even where the size is known, as etcd's is. So a database of another size never looks complete.
        this.request = new AbortableRequest(
                request.onRequestBegin(begun -> delivery.begun()).body(body));
        this.pump = new DatabasePump(
                database,
                size,
                body,
                delivery,
                executor,
                cause -> end(new PeerUnreachableException(
                        "the snapshot to peer " + peer + " was not sent completely: " + cause.getMessage(), cause)));
    }

    /**
     * Begins to send.
     *
     * @return completed with the outcome, after the database was closed
     */
    CompletionStage<Void> send() {
        request.send(this);
        pump.start(head());
        return outcome.minimalCompletionStage();
    }

    private ByteBuffer head() {
        int size = message.getSerializedSize();
        ByteBuffer head = ByteBuffer.allocate(Long.BYTES + size).putLong(size);
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(head);
            message.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return head.flip();
    }

    /** Ends the exchange at once, unless it has ended. The peer then sees an incomplete body, and stores nothing. */
    void end(RaftTransportException cause) {
        endCause.compareAndSet(null, cause);
        body.fail(cause);
        request.abort(cause);
    }

    /** The whole answer has arrived. A refusal ends the body. A success must have come after the body. */
    @Override
    public void onSuccess(Response response) {
        if (response.getStatus() != HttpStatus.NO_CONTENT_204) {
            end(refusalOf(response));
        }
    }

    @Override
    public void onComplete(Result result) {
        ended.accept(this);
        RaftTransportException failure = failureOf(result);
        if (failure == null) {
            delivery.delivered();
            pump.stop(() -> outcome.complete(null));
        } else {
            if (isRefusal(result.getResponse())) {
                delivery.refused(failure);
            } else {
                delivery.failed(failure);
            }
            pump.stop(() -> outcome.completeExceptionally(failure));
        }
    }

    /** Whether at least the head of an answer has arrived, and it is not a success. */
    private static boolean isRefusal(@Nullable Response response) {
        int status = response == null ? 0 : response.getStatus();
        return status >= HttpStatus.OK_200 && status != HttpStatus.NO_CONTENT_204;
    }

    private @Nullable RaftTransportException failureOf(Result result) {
        Response response = result.getResponse();
        int status = response == null ? 0 : response.getStatus();
        if (result.isSucceeded() && status == HttpStatus.NO_CONTENT_204) {
            return null;
        }
        RaftTransportException ours = endCause.get();
        if (ours != null) {
            return ours;
        }
        if (response != null && isRefusal(response)) {
            return refusalOf(response);
        }
        Throwable cause = result.getFailure();
        return new PeerUnreachableException(
                "the snapshot to peer " + peer + " at " + delivery.url() + " was not sent completely: " + cause, cause);
    }

    private RaftTransportException refusalOf(Response response) {
        return RefusedAnswer.ofPost(peer, delivery.url(), response, getContentAsString(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return delivery + (endCause.get() == null ? "" : ", given up");
    }
}
