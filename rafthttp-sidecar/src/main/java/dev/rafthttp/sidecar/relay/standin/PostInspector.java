package dev.rafthttp.sidecar.relay.standin;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.ClusterId;
import dev.rafthttp.DropReason;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.NoRoomException;
import dev.rafthttp.Protocol;
import dev.rafthttp.codec.DecodedSize;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.inbound.MessageRules;
import dev.rafthttp.peer.Refusal;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.runtime.LogLimiter;
import dev.rafthttp.runtime.LogText;
import dev.rafthttp.sidecar.http.BodyType;
import dev.rafthttp.sidecar.http.RefusedBody;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.eclipse.jetty.client.ContentSourceRequestContent;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes, checks and counts the messages that come to a stand-in by {@code POST}, and what becomes of them. A message that may
 * not go to the member that the stand-in stands for, or not from its sender, is answered and not handed on. Any thread.
 */
public final class PostInspector {
    private static final Logger LOG = LoggerFactory.getLogger(PostInspector.class);

    private static final String BEGUN = PostInspector.class.getName() + ".begun";
    private static final String REFUSAL = PostInspector.class.getName() + ".refusal";

    private final ClusterId cluster;
    private final MemberId standsFor;
    private final Predicate<MemberId> removed;
    private final MessageRules rules;
    private final Traffic traffic;
    private final int maxMessageBytes;
    private final FrameLimits limits;
    private final MemoryBudget posts;
    private final Map<DropReason, LogLimiter> refusals = new EnumMap<>(DropReason.class);
    private final LogLimiter undecodables = new LogLimiter(System::nanoTime);
    private final LogLimiter shortages = new LogLimiter(System::nanoTime);

    /**
     * @param removed whether a member has been removed from the cluster
     * @param maxMessageBytes of a post, and of the head of a snapshot
     * @param received what all stand-ins may take while they receive; all posts to one may take half
     */
    PostInspector(
            ClusterId cluster,
            MemberId standsFor,
            Predicate<MemberId> removed,
            Traffic traffic,
            int maxMessageBytes,
            MemoryBudget received) {
        this.cluster = cluster;
        for (DropReason each : DropReason.values()) {
            refusals.put(each, new LogLimiter(System::nanoTime));
        }
        this.standsFor = standsFor;
        this.removed = removed;
        this.rules = new MessageRules(standsFor, removed);
        this.traffic = traffic;
        this.maxMessageBytes = maxMessageBytes;
        this.limits = new FrameLimits(maxMessageBytes);
        this.posts = received.share("by posts to member " + standsFor);
    }

    /**
     * Reads a whole {@code POST /raft} and hands it on; or answers it, if it is no message.
     *
     * @param onward takes the request with its body
     */
    void collect(Request request, Response response, Callback callback, Consumer<Request> onward) {
        if (request.getLength() > maxMessageBytes) {
            tooLarge(request, response, callback);
            return;
        }
        MemoryBudget.Charge charge = posts.open();
        Request.addCompletionListener(request, ended -> charge.close());
        new BodyCollector(request, maxMessageBytes, charge, new BodyCollector.Sink() {
                    @Override
                    public void whole(ByteString body) {
                        Refusal refusal;
                        try {
                            refusal = inspect(request, body, charge, false);
                        } catch (OutOfMemoryError | NoRoomException e) {
                            // Of decoding: nothing has been counted or handed on.
                            noRoom(e);
                            return;
                        }
                        if (refusal == null) {
                            onward.accept(new CollectedRequest(request, body));
                        } else {
                            refuse(response, callback, refusal);
                        }
                    }

                    @Override
                    public void tooLarge() {
                        PostInspector.this.tooLarge(request, response, callback);
                    }

                    @Override
                    public void noRoom(Throwable cause) {
                        charge.close();
                        PostInspector.this.noRoom(request, response, callback, cause);
                    }

                    @Override
                    public void broken(Throwable cause) {
                        // Jetty would log each sender that has gone, with its trace.
                        callback.failed(cause instanceof Error ? cause : new QuietException.Exception(cause));
                    }
                })
                .run();
    }

    private void tooLarge(Request request, Response response, Callback callback) {
        refuseBody(request, response, callback, Refusal.POST_TOO_LARGE, "the limit is " + maxMessageBytes + " bytes");
    }

    /**
     * Answers a post whose body is encoded, so that nothing in it can be looked at.
     *
     * @return false if it is not encoded
     */
    boolean answerEncoded(Request request, Response response, Callback callback) {
        Optional<String> encoding = BodyType.encoding(request);
        if (encoding.isEmpty()) {
            return false;
        }
        String why =
                "Content-Encoding \"" + LogText.oneLine(encoding.get()) + "\": expected a body that is not encoded";
        undecodable(request, why);
        refuseBody(request, response, callback, Refusal.BODY_ENCODED, why);
        return true;
    }

    private void refuseBody(Request request, Response response, Callback callback, Refusal refusal, String why) {
        refuse(
                response,
                RefusedBody.lingering(request, response, callback),
                refusal.status(),
                refusal.words() + " (" + why + ")");
    }

    private void noRoom(Request request, Response response, Callback callback, Throwable cause) {
        long suppressed = shortages.acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "no room in the heap of {} bytes for a post to the stand-in of member {}: {}; {} more since the last such"
                            + " line",
                    Runtime.getRuntime().maxMemory(),
                    standsFor,
                    cause.getMessage(),
                    suppressed);
        }
        refuse(
                response,
                RefusedBody.lingering(request, response, callback),
                Refusal.POST_NO_ROOM.status(),
                Refusal.POST_NO_ROOM.words());
    }

    private void refuse(Response response, Callback callback, Refusal refusal) {
        refuse(response, callback, refusal.status(), refusal.words());
    }

    /** In the form of Go's {@code http.Error}, as etcd answers. */
    void refuse(Response response, Callback callback, int status, String line) {
        response.setStatus(status);
        response.getHeaders().put(Protocol.CLUSTER_ID, cluster.toString());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
        response.getHeaders().put("X-Content-Type-Options", "nosniff");
        Content.Sink.write(response, true, line + "\n", callback);
    }

    /** A snapshot's body, with its head looked at while it passes. */
    ContentSourceRequestContent peek(Request request) {
        return new ContentSourceRequestContent(
                new SnapshotHead(
                        request,
                        maxMessageBytes,
                        head -> passes(request, head),
                        reason -> undecodable(request, reason)),
                request.getHeaders().get(HttpHeader.CONTENT_TYPE));
    }

    /** Whether a snapshot may pass. One whose message cannot be decoded may, as the member answers that itself. */
    private boolean passes(Request request, ByteString head) {
        Refusal refusal;
        try (MemoryBudget.Charge charge = posts.open()) {
            refusal = inspect(request, head, charge, true);
        } catch (NoRoomException e) {
            // The snapshot goes on: it is only not looked at.
            undecodable(request, e.getMessage());
            return true;
        }
        if (refusal == null || refusal == Refusal.POST_NO_MESSAGE) {
            return true;
        }
        request.setAttribute(REFUSAL, refusal);
        return false;
    }

    /**
     * Answers a snapshot that did not {@linkplain #peek pass}.
     *
     * @return false if it is not for this reason that the request failed
     */
    boolean answerRefused(Request request, Response response, Callback callback) {
        if (!(request.getAttribute(REFUSAL) instanceof Refusal refusal)) {
            return false;
        }
        refuse(response, RefusedBody.lingering(request, response, callback), refusal);
        return true;
    }

    /** Why a message is not handed on; null if it is, and is counted from now on. */
    private @Nullable Refusal inspect(
            Request request, ByteString bytes, MemoryBudget.Charge charge, boolean isSnapshot) {
        Message message;
        try {
            // The bytes stay, to be handed on.
            charge.cover(bytes.size() + DecodedSize.of(Message.getDescriptor(), bytes, 0, limits.maxDecodedBytes()));
            message = Message.parseFrom(bytes);
        } catch (FrameTooLargeException e) {
            undecodable(request, e.getMessage());
            return Refusal.POST_TOO_LARGE;
        } catch (InvalidProtocolBufferException e) {
            undecodable(request, bytes.size() + " bytes that are no message: " + e.getMessage());
            return Refusal.POST_NO_MESSAGE;
        }
        String header = request.getHeaders().get(Protocol.SERVER_FROM);
        Optional<MemberId> sender = header == null ? memberOf(message.getFrom()) : parse(header);
        if (sender.isEmpty() && header != null) {
            return refused(request, message, traffic.others(), DropReason.FROM_MISMATCH);
        }
        // A message without a sender is refused in any case, so any sender will do.
        MemberId from = sender.orElse(standsFor);
        DropReason reason = isSnapshot
                ? rules.checkReceivedSnapshot(message, from)
                : rules.checkReceived(message, from, Lane.PIPELINE);
        if (reason != null) {
            Refusal refusal = refused(request, message, traffic.of(from, standsFor), reason);
            return removed.test(from) ? Refusal.POST_FROM_REMOVED_MEMBER : refusal;
        }
        DirectionCounts counts = traffic.of(from, standsFor);
        counts.in(message.getType());
        traffic.tap().saw(message);
        new CountedMessage(counts, message.getType()).keepWith(request);
        return null;
    }

    private Refusal refused(Request request, Message message, DirectionCounts counts, DropReason reason) {
        counts.in(message.getType());
        counts.dropped(message.getType(), reason.label());
        LogLimiter limiter = refusals.get(reason);
        long suppressed = limiter == null ? -1 : limiter.acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "refused a post of {} from member {} to member {}, which came from {} at {} to the stand-in of member"
                            + " {}: {}; {} more since the last such line",
                    message.getType(),
                    Long.toHexString(message.getFrom()),
                    Long.toHexString(message.getTo()),
                    request.getHeaders().get(Protocol.SERVER_FROM),
                    Request.getRemoteAddr(request),
                    standsFor,
                    reason.label(),
                    suppressed);
        }
        return Refusal.of(reason);
    }

    private static Optional<MemberId> memberOf(long id) {
        return id == 0 ? Optional.empty() : Optional.of(new MemberId(id));
    }

    private static Optional<MemberId> parse(String hex) {
        try {
            return Optional.of(MemberId.parse(hex));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    private void undecodable(Request request, String reason) {
        String from = request.getHeaders().get(Protocol.SERVER_FROM);
        sender(from).undecodable();
        long suppressed = undecodables.acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "a post from {} at {} to the stand-in of member {} has {}; {} more since the last such line",
                    from,
                    Request.getRemoteAddr(request),
                    standsFor,
                    reason,
                    suppressed);
        }
    }

    private DirectionCounts sender(@Nullable String hex) {
        return hex == null
                ? traffic.others()
                : parse(hex).map(id -> traffic.of(id, standsFor)).orElseGet(traffic::others);
    }

    /** There is a connection to the next hop. From now on a part of the message may have been written to it. */
    void begun(Request request) {
        request.setAttribute(BEGUN, true);
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
    void failed(Request request) {
        CountedMessage message = CountedMessage.take(request);
        if (message != null) {
            if (request.getAttribute(BEGUN) == null) {
                message.counts().dropped(message.type(), DropReason.UNREACHABLE.label());
            } else {
                message.counts().out(message.type());
                message.counts().inDoubt(1);
            }
        }
    }
}
