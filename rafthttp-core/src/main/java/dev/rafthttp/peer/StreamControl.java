package dev.rafthttp.peer;

import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.peer.StreamCoupler.Direction;

/** Opens and closes a transport's streams, for a {@link StreamCoupler}. Any thread; does not block. */
public interface StreamControl {

    /**
     * Dials a lane's stream to a peer once; if there is one, or one is being dialled, after its end. The coupler is told the
     * outcome, also if there is no such peer.
     */
    void dial(MemberId peer, Lane lane);

    /** Closes a stream, if there is one, or gives up dialling it. */
    void close(MemberId peer, Lane lane, Direction direction, Throwable cause);
}
