package dev.rafthttp;

/** Cuts the peers of a {@link RaftTransport} off without closing a stream. For tests and maintenance. Any thread. */
public interface PeerPausing {

    /**
     * Drops every message to and from a peer until {@link #resume(MemberId)}, as a cut network would. The peer's
     * streams stay open.
     *
     * @throws IllegalArgumentException if there is no such peer
     */
    void pause(MemberId id);

    /** Pauses every peer there is now. */
    void pause();

    /**
     * Ends {@link #pause(MemberId)}.
     *
     * @throws IllegalArgumentException if there is no such peer
     */
    void resume(MemberId id);

    /** Resumes every peer. */
    void resume();
}
