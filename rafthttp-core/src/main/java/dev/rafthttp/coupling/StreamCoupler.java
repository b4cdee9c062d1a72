package dev.rafthttp.coupling;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.StreamType;

/**
 * Ties a transport's streams to something other than a Raft node of its own: a relay, whose streams are each half of one
 * between two other members, keeps one open exactly while the other is. It is told of every stream, and may decide which are
 * accepted, and when they are dialled.
 *
 * <p>Called on the thread on which it happens: any, several at a time, and sometimes one that holds a lane's token. Must not
 * block.
 */
public interface StreamCoupler {
    /** For a Raft node: every stream is dialled, and accepted, as soon as it can be. */
    StreamCoupler NONE = new StreamCoupler() {};

    /** Whose messages a stream carries. */
    enum Direction {
        /** The peer's, to this member. */
        INBOUND,
        /** This member's, to the peer. */
        OUTBOUND
    }

    /** A stream that a peer asks for, to be answered once. Any thread; the first answer counts. */
    interface StreamRequest {
        /** Opens it. */
        void accept();

        /** Refuses it, with the status and words in which etcd says the same. */
        void refuse(RaftTransportException cause);
    }

    /** Whether the transport dials a peer's streams by itself, again and again, rather than when {@link StreamControl} says. */
    default boolean dialsByItself(MemberId peer, StreamType type) {
        return true;
    }

    /** A peer that may have a stream asks for one. */
    default void requested(MemberId peer, StreamType type, Direction direction, StreamRequest request) {
        request.accept();
    }

    /** A stream is open: accepted and, where the peer dialled and writes it, begun. */
    default void opened(MemberId peer, StreamType type, Direction direction) {}

    /** A stream, which need not have been {@link #opened}, is over. */
    default void closed(MemberId peer, StreamType type, Direction direction, Throwable cause) {}

    /** A stream that was dialled has not been accepted. */
    default void refused(MemberId peer, StreamType type, RaftTransportException cause) {}
}
