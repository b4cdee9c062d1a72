package dev.rafthttp;

import dev.rafthttp.raftpb.Message;
import java.io.InputStream;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Carries Raft messages between this member and its peers; etcd's {@code rafthttp.Transporter}. It decides nothing about
 * Raft.
 *
 * <p>All methods may be called from any thread. Peers can be added before {@link #start}; nothing is dialled until then.
 */
public interface RaftTransport extends AutoCloseable {

    /**
     * Starts to listen, where this transport listens, and to dial.
     *
     * @throws java.io.UncheckedIOException if the address cannot be bound; the transport is then closed
     * @throws IllegalStateException if it was started or closed before
     */
    void start();

    /**
     * Sends one message to the member in its {@code to} field. Neither blocks nor throws for a peer's sake: a message that
     * cannot be queued is dropped, counted, and reported with {@link RaftCallback#reportUnreachable}. Messages to {@code to
     * = 0} are ignored, as Raft addresses its local ones so.
     *
     * <p>Messages of one class on one lane arrive in the order of the calls, if made by one thread, at most once, and as
     * they were given.
     */
    void send(Message message);

    /** Sends messages in order, as {@link #send(Message)} each. */
    default void send(List<Message> messages) {
        for (Message message : messages) {
            send(message);
        }
    }

    /**
     * Sends a snapshot with its database, on a connection of its own; etcd's {@code SendSnapshot}. Does not block: the
     * database is read on the transport's threads, as fast as the peer takes it, into one buffer of 64 KiB.
     *
     * <p>How it ended is reported with {@link RaftCallback#reportSnapshot}, exactly once, and a failure with
     * {@link RaftCallback#reportUnreachable} too. It fails if the peer refuses it, takes or answers nothing for the configured
     * snapshot timeout, is unknown, paused or removed, has several under way already, or if the transport is closed.
     *
     * @param message of type MsgSnap, to the member in its {@code to} field
     * @param database read by one thread at a time, and always closed; if possible while a read blocks, which should then
     *     end. A database that cannot be read, or is not of {@code size}, fails the snapshot
     * @param size of the database in bytes, 0 or more; or -1 if unknown
     * @return completed on one of the transport's threads when the peer has stored the snapshot and its Raft has taken it, or
     *     exceptionally with a {@link RaftTransportException}; in both cases after {@code database} was closed
     * @throws IllegalArgumentException if the message is of another type, or {@code size} is below -1; {@code database} is
     *     then left alone
     */
    CompletionStage<Void> sendSnapshot(Message message, InputStream database, long size);

    /**
     * Adds a peer of the configured dialect and begins to dial it. Does nothing if it is there already.
     *
     * @param urls where it listens: 1 or more of {@code http://host:port}, tried in turn
     * @throws IllegalArgumentException if a URL is of another form, there is none, or {@code id} is this member's own
     */
    void addPeer(MemberId id, List<URI> urls);

    /**
     * Adds a peer that speaks a dialect of its own; else as {@link #addPeer(MemberId, List)}.
     *
     * @param dialect who dials the streams between the two; both ends must agree, or messages go by posts
     */
    void addPeer(MemberId id, List<URI> urls, Dialect dialect);

    /**
     * Gives a peer other URLs, from the next dial on.
     *
     * @throws IllegalArgumentException if there is no such peer, or the URLs are not as in {@link #addPeer}
     */
    void updatePeer(MemberId id, List<URI> urls);

    /** Closes a peer's streams, in both directions, and forgets it. Does nothing if there is no such peer. */
    void removePeer(MemberId id);

    /** Removes every peer and remote. */
    void removeAllPeers();

    /**
     * Adds a member that is not (yet) a peer but needs messages to catch up; etcd's {@code AddRemote}. It is reached by the
     * pipeline only. Does nothing if it is a peer or remote already; a later {@link #addPeer} replaces it.
     *
     * @throws IllegalArgumentException as {@link #addPeer}
     */
    void addRemote(MemberId id, List<URI> urls);

    /** Since when a peer has been reachable without a break; empty if it is not, or is unknown. */
    Optional<Instant> activeSince(MemberId id);

    /** How many peers are reachable now. */
    int activePeers();

    /**
     * Drops every message to and from a peer until {@link #resume(MemberId)}, as a cut network would, but with its streams
     * kept. For tests and maintenance.
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

    /** What the transport knows of itself and its peers now. */
    TransportStatus status();

    /**
     * Ends every stream and thread, and frees every socket and buffer, within the configured grace. Messages still queued
     * are dropped and counted. Later calls do nothing; a later {@link #send} drops and counts, and reports nothing but how each
     * MsgSnap ended. Reports that Raft has not taken when the time is over go on, each on a thread that ends with it.
     */
    @Override
    void close();
}
