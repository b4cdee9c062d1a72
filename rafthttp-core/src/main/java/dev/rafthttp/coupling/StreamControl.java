package dev.rafthttp.coupling;

import dev.rafthttp.MemberId;
import dev.rafthttp.StreamType;
import dev.rafthttp.coupling.StreamCoupler.Direction;
import dev.rafthttp.raftpb.Message;
import java.util.concurrent.CompletionStage;

/**
 * Opens, fills and closes a transport's streams, for a {@link StreamCoupler} or whoever else has to know what becomes of a
 * message. Any thread; does not block.
 */
public interface StreamControl {

    /**
     * Dials a lane's stream to a peer once; if there is one, or one is being dialled, after its end. The coupler is told the
     * outcome, also if there is no such peer.
     */
    void dial(MemberId peer, StreamType type);

    /**
     * Sends a message as {@code RaftTransport.send}, and says whether it waits for its peer now.
     *
     * @return false if it has been dropped at once; one that was queued may still be dropped later, when its stream is lost
     */
    boolean offer(Message message);

    /**
     * Sends a message as {@code RaftTransport.send}; but one that finds the queue of its lane full waits for room, and so holds back
     * the stream that it came on: for no longer than the stream to the peer lasts, or its next dial.
     *
     * @return {@code RaftCallback.TAKEN} if it has been queued or dropped; else a stage that is completed when it has been
     */
    CompletionStage<Void> sendWhenRoom(Message message);

    /** Closes a stream, if there is one, or gives up dialling it. */
    void close(MemberId peer, StreamType type, Direction direction, Throwable cause);
}
