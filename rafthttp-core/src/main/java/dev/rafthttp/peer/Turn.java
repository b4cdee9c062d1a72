package dev.rafthttp.peer;

import dev.rafthttp.PeerUnreachableException;

/**
 * Whose turn it is, of all streams that a peer ever opens for a lane, to give messages to Raft. Guarded by its own lock,
 * which is not held while Raft takes one.
 *
 * <p>At most the thread whose turn it is and that of the newest stream are held up here: a stream that is replaced is closed,
 * and a closed stream waits no longer.
 */
final class Turn {
    private boolean taken;

    /**
     * Waits for the turn and takes it.
     *
     * @throws PeerUnreachableException if the stream has been closed, or the thread was interrupted
     */
    synchronized void take(StreamReceiver stream) {
        stream.failIfClosed();
        try {
            while (taken) {
                wait();
                stream.failIfClosed();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerUnreachableException("interrupted while an older stream finished", e);
        }
        taken = true;
    }

    synchronized void giveBack() {
        taken = false;
        notifyAll();
    }

    /** A stream has been closed. */
    synchronized void closed() {
        notifyAll();
    }
}
