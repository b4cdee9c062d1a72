package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.MemberId;
import dev.rafthttp.Protocol;
import dev.rafthttp.runtime.LogText;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Tells, as events, which streams, posts and snapshots a front refuses, with the words of the answer; no matter whether the relay
 * refused them, or the member behind it. Any thread.
 */
final class RefusalWatch extends Handler.Wrapper {
    private final MemberId front;
    private final Predicate<MemberId> isKnown;
    private final RelayEvents events;

    /**
     * @param front the member at whose front this is
     * @param isKnown which senders events may name, so that requests cannot make up any number of them
     */
    RefusalWatch(MemberId front, Predicate<MemberId> isKnown, RelayEvents events, Handler next) {
        super(next);
        this.front = front;
        this.isKnown = isKnown;
        this.events = events;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<RelayEvents.RequestKind> kind = kind(Request.getPathInContext(request));
        return super.handle(
                request, kind.isEmpty() ? response : new WatchedResponse(request, response, kind.get()), callback);
    }

    private static Optional<RelayEvents.RequestKind> kind(String path) {
        if (path.startsWith(Protocol.STREAM_PATH)) {
            return Optional.of(RelayEvents.RequestKind.STREAM);
        }
        return switch (path) {
            case Protocol.PIPELINE_PATH -> Optional.of(RelayEvents.RequestKind.POST);
            case Protocol.SNAPSHOT_PATH -> Optional.of(RelayEvents.RequestKind.SNAPSHOT);
            default -> Optional.empty();
        };
    }

    private Optional<MemberId> sender(Request request) {
        String hex = request.getHeaders().get(Protocol.SERVER_FROM);
        try {
            return Optional.ofNullable(hex).map(MemberId::parse).filter(isKnown);
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    /** An answer whose words are kept if it is a refusal. */
    private final class WatchedResponse extends Response.Wrapper {
        /** Enough of the words of a member or a proxy for people. */
        private static final int MAX_BYTES = 256;

        private final RelayEvents.RequestKind kind;
        private final ByteArrayOutputStream words = new ByteArrayOutputStream(0);

        WatchedResponse(Request request, Response response, RelayEvents.RequestKind kind) {
            super(request, response);
            this.kind = kind;
        }

        @Override
        public void write(boolean last, ByteBuffer content, Callback callback) {
            if (HttpStatus.isClientError(getStatus()) || HttpStatus.isServerError(getStatus())) {
                keep(content);
                if (last) {
                    events.requestRefused(front, sender(getRequest()), kind, getStatus(), text());
                }
            }
            super.write(last, content, callback);
        }

        private void keep(ByteBuffer content) {
            if (content != null) {
                byte[] some = new byte[Math.min(content.remaining(), MAX_BYTES - words.size())];
                content.duplicate().get(some);
                words.write(some, 0, some.length);
            }
        }

        private String text() {
            return LogText.oneLine(words.toString(StandardCharsets.UTF_8)).strip();
        }
    }
}
