package dev.rafthttp.demo.kv;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.raftpb.Message;

/**
 * Connects a member to its peers. Messages that arrive go to the {@link RaftCallback} with which the link was made.
 *
 * <p>Started once and closed once, in this order, by the member's owner; the rest is thread-safe.
 */
public interface PeerLink extends AutoCloseable {

    /** Makes the link of the member that a callback stands for. */
    @FunctionalInterface
    interface Factory {
        /** A link that is not started yet. */
        PeerLink create(RaftCallback callback);
    }

    /** Begins to send and to receive. */
    void start();

    /** Sends a message. Drops it if its peer cannot be reached now. Neither blocks nor throws. */
    void send(Message message);

    /** Whether messages leave this process and come into it. */
    boolean isConnected();

    /** Whether a peer can be reached, as far as is known. */
    boolean isReachable(MemberId peer);

    /** Ends both directions, in bounded time. */
    @Override
    void close();
}
