package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.raftpb.MessageType;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A message of a request, which is counted once, when it is known whether it arrived. It is kept with the request. The caller that
 * {@link #take takes} it counts it.
 */
record CountedMessage(DirectionCounts counts, MessageType type) {
    private static final String ATTRIBUTE = CountedMessage.class.getName();

    void keepWith(Request request) {
        request.setAttribute(ATTRIBUTE, this);
    }

    /** The request's message, if it is not accounted for yet. */
    static @Nullable CountedMessage take(Request request) {
        return (CountedMessage) request.removeAttribute(ATTRIBUTE);
    }
}
