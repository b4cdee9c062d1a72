package dev.rafthttp;

/**
 * Carries Raft messages between this member and its peers; etcd's {@code rafthttp.Transporter}. It decides nothing
 * about Raft.
 *
 * <p>It serves four interests, and whoever has only one of them takes only that interface. All methods may be called
 * from any thread. Peers can be added before {@link #start}; nothing is dialled until then.
 */
public interface RaftTransport extends MessageSender, PeerMembership, TransportMonitor, PeerPausing, AutoCloseable {

    /**
     * Starts to listen, where this transport listens, and to dial.
     *
     * @throws java.io.UncheckedIOException if the address cannot be bound; the transport is then closed
     * @throws IllegalStateException if it was started or closed before
     */
    void start();

    /**
     * Closes every stream, ends every thread, and frees every socket and buffer, within the configured time. Messages
     * that are still queued are dropped and counted. Later calls do nothing.
     *
     * <p>A later {@link #send} drops the message and counts it; it reports only the result of a MsgSnap. If Raft has
     * not taken every report when the time is over, each remaining report goes on, on a thread that ends with it.
     */
    @Override
    void close();
}
