package dev.rafthttp.peer;

import dev.rafthttp.RaftTransportException;
import dev.rafthttp.raftpb.Message;
import java.net.URI;

/** Sends one message as one {@code POST /raft}. The client module implements it over HTTP. */
@FunctionalInterface
public interface Poster {

    /**
     * Starts a post, without blocking, and never throws.
     *
     * @param base the peer's URL, {@code http://host:port}
     * @param outcome told exactly once, on any thread
     */
    void post(URI base, Message message, Outcome outcome);

    /** How a post ended. */
    interface Outcome {
        /** The peer's Raft has taken the message. */
        void delivered();

        /** The peer answered, and has not taken the message. */
        void refused(RaftTransportException cause);

        /** No answer came. */
        void failed(Throwable cause);
    }
}
