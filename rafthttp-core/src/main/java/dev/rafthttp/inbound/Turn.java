package dev.rafthttp.inbound;

import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is, of all streams that a peer ever opens for a lane, to give messages to Raft. Guarded by its own lock,
 * which is not held while Raft takes one.
 *
 * <p>Only the newest stream waits here: one that is replaced is closed, and a closed stream waits no longer.
 */
final class Turn {
    private boolean taken;
    private @Nullable StreamReceiver next;

    /**
     * Takes the turn; or has the stream {@link StreamReceiver#resume resumed} when it is free.
     *
     * @return whether it was free
     * @throws dev.rafthttp.PeerUnreachableException if the stream has been closed
     */
    synchronized boolean take(StreamReceiver stream) {
        // Within the lock: a stream that was replaced must not take the place of the newer one.
        stream.failIfClosed();
        if (taken) {
            next = stream;
            return false;
        }
        taken = true;
        next = null;
        return true;
    }

    void giveBack() {
        StreamReceiver waiting = free();
        if (waiting != null) {
            waiting.resume();
        }
    }

    private synchronized @Nullable StreamReceiver free() {
        StreamReceiver waiting = next;
        next = null;
        taken = false;
        return waiting;
    }
}
