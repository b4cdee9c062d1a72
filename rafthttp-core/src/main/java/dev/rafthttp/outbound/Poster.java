package dev.rafthttp.outbound;

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
     * @param outcome told when the post begins, if it does, and then exactly once how it ended; on any thread
     */
    void post(URI base, Message message, Outcome outcome);

    /** What becomes of a post. */
    interface Outcome {
        /** There is a connection to the peer, and from now on a part of the message may have been written to it. */
        void begun();

        /** The peer's Raft has taken the message. */
        void delivered();

        /** The peer answered, and has not taken the message. */
        void refused(RaftTransportException cause);

        /** No answer came; or, if the post had not {@linkplain #begun begun}, nothing of it was written. */
        void failed(Throwable cause);
    }
}
