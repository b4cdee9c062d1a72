package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.raftpb.MessageType;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/**
 * A message that came by a request and has to be accounted for once, when it is known what became of it. Kept with the
 * request; whoever {@link #take takes} it counts it.
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
