package dev.rafthttp;

import dev.rafthttp.raftpb.Message;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The traffic of a {@link RaftTransport}: sends messages and snapshots to peers. Any thread. */
public interface MessageSender {

    /**
     * Sends one message to the member in its {@code to} field. Neither blocks nor throws for a peer's sake: a message
     * that cannot be queued is dropped, counted, and reported with {@link RaftCallback#reportUnreachable}. Messages to
     * {@code to = 0} are ignored, because Raft addresses its local messages so.
     *
     * <p>Messages of one class on one lane arrive in the order of the calls, if one thread makes them, at most once,
     * and unaltered.
     */
    void send(Message message);

    /** Sends messages in order, each as {@link #send(Message)} does. */
    default void send(List<Message> messages) {
        for (Message message : messages) {
            send(message);
        }
    }

    /**
     * Sends a snapshot with its database, on a connection of its own; etcd's {@code SendSnapshot}. Does not block:
     * threads of the transport read the database, as fast as the peer takes it, into one buffer of 64 KiB.
     *
     * <p>The result is reported with {@link RaftCallback#reportSnapshot}, exactly once. A failure is reported with
     * {@link RaftCallback#reportUnreachable} too. The snapshot fails if the peer refuses it, or takes or answers
     * nothing for the configured snapshot timeout; if the peer is unknown, paused or removed, or has several snapshots
     * under way already; or if the transport is closed.
     *
     * @param message of type MsgSnap, to the member in its {@code to} field
     * @param database read by one thread at a time, and always closed. It may be closed while a read blocks; the read
     *     should then end. A database that cannot be read, or is not of {@code size}, fails the snapshot. One that
     *     arrives over a network can be a {@link ArrivingDatabase}, for which no thread waits
     * @param size of the database in bytes, 0 or more; or -1 if unknown
     * @return completed on one of the transport's threads when the peer has stored the snapshot and its Raft has taken
     *     it, or exceptionally with a {@link RaftTransportException}; in both cases after {@code database} was closed
     * @throws IllegalArgumentException if the message is of another type, or {@code size} is below -1; {@code database}
     *     is then not closed
     */
    CompletionStage<Void> sendSnapshot(Message message, InputStream database, long size);
}
