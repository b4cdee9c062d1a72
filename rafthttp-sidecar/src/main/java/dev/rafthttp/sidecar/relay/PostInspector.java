package dev.rafthttp.sidecar.relay;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.ClusterId;
import dev.rafthttp.DropReason;
import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.raftpb.Message;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.client.ContentSourceRequestContent;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes and counts the messages that come to a stand-in by {@code POST}, and what becomes of them. Any thread. */
final class PostInspector {
    private static final Logger LOG = LoggerFactory.getLogger(PostInspector.class);

    /** Also of the head of a snapshot. */
    static final int MAX_MESSAGE_BYTES = 64 << 20;

    private final ClusterId cluster;
    private final MemberId standsFor;
    private final Traffic traffic;

    PostInspector(ClusterId cluster, MemberId standsFor, Traffic traffic) {
        this.cluster = cluster;
        this.standsFor = standsFor;
        this.traffic = traffic;
    }

    /**
     * Reads a whole {@code POST /raft} and hands it on; or answers it, if it is no message.
     *
     * @param onward takes the request with its body
     */
    void collect(Request request, Response response, Callback callback, Consumer<Request> onward) {
        if (request.getLength() > MAX_MESSAGE_BYTES) {
            tooLarge(response, callback);
            return;
        }
        new BodyCollector(request, MAX_MESSAGE_BYTES, new BodyCollector.Sink() {
                    @Override
                    public void whole(ByteString body) {
                        if (count(request, body)) {
                            onward.accept(new CollectedRequest(request, body));
                        } else {
                            refuse(response, callback, HttpStatus.BAD_REQUEST_400, "error unmarshalling raft message");
                        }
                    }

                    @Override
                    public void tooLarge() {
                        PostInspector.this.tooLarge(response, callback);
                    }

                    @Override
                    public void broken(Throwable cause) {
                        callback.failed(cause);
                    }
                })
                .run();
    }

    private void tooLarge(Response response, Callback callback) {
        refuse(response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413, "raft message too large");
    }

    /** In the form of Go's {@code http.Error}, as etcd answers. */
    void refuse(Response response, Callback callback, int status, String line) {
        response.setStatus(status);
        response.getHeaders().put(Protocol.CLUSTER_ID, cluster.toString());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        Content.Sink.write(response, true, line + "\n", callback);
    }

    /** A snapshot's body, with its head looked at while it passes. */
    ContentSourceRequestContent peek(Request request) {
        return new ContentSourceRequestContent(
                new SnapshotHead(
                        request,
                        MAX_MESSAGE_BYTES,
                        head -> count(request, head),
                        reason -> undecodable(request, reason)),
                request.getHeaders().get(HttpHeader.CONTENT_TYPE));
    }

    private boolean count(Request request, ByteString bytes) {
        Message message;
        try {
            message = Message.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            undecodable(request, bytes.size() + " bytes that are no message: " + e.getMessage());
            return false;
        }
        DirectionCounts counts = traffic.of(message);
        counts.in(message.getType());
        traffic.tap().saw(message);
        new CountedMessage(counts, message.getType()).keepWith(request);
        return true;
    }

    private void undecodable(Request request, String reason) {
        String from = request.getHeaders().get(Protocol.SERVER_FROM);
        sender(from).undecodable();
        LOG.warn(
                "a post from {} at {} to the stand-in of member {} has {}",
                from,
                Request.getRemoteAddr(request),
                standsFor,
                reason);
    }

    private DirectionCounts sender(@Nullable String hex) {
        try {
            return hex == null ? traffic.others() : traffic.of(MemberId.parse(hex), standsFor);
        } catch (IllegalArgumentException notAnId) {
            return traffic.others();
        }
    }

    /** The next hop has answered. */
    void answered(Request request, int status) {
        CountedMessage message = CountedMessage.take(request);
        if (message != null) {
            if (HttpStatus.isSuccess(status)) {
                message.counts().out(message.type());
            } else {
                message.counts().dropped(message.type(), DropReason.REFUSED.label());
            }
        }
    }

    /** There is no answer, because a side broke or could not be reached. */
    void failed(Request request, Throwable cause) {
        CountedMessage message = CountedMessage.take(request);
        if (message != null) {
            if (cause instanceof ConnectException || cause instanceof SocketTimeoutException) {
                message.counts().dropped(message.type(), DropReason.NO_ROUTE.label());
            } else {
                message.counts().out(message.type());
                message.counts().inDoubt(1);
            }
        }
    }
}
