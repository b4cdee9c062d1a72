package dev.rafthttp.sidecarclient;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects a Raft node to its peers through its sidecar, which is another process. There are three long requests: for messages out,
 * messages in, and events. The client repeats a request that has ended, after at most 100 ms at first and at most 1 s later.
 * Snapshots with databases have requests of their own.
 *
 * <p>Started once and closed once, in this order, by its owner; all other methods are thread-safe. Three threads make the requests,
 * and at most eight more carry them, for any number of peers. All are daemons.
 */
public final class SidecarClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SidecarClient.class);

    private final OwnSidecar sidecar;
    private final SidecarSender sender;
    private final SidecarSnapshots snapshots;
    private final SidecarEvents events;
    private final List<LongRequest> requests;

    private SidecarClient(Builder builder) {
        SidecarHttp http = new SidecarHttp(builder.address, builder.token);
        sidecar = new OwnSidecar(http, builder.member, builder.cluster);
        sender = new SidecarSender(sidecar);
        snapshots = new SidecarSnapshots(http);
        events = new SidecarEvents(sidecar, snapshots, builder.callback);
        AtomicBoolean isRefused = new AtomicBoolean();
        Consumer<WrongSidecarException> refused = cause -> {
            if (isRefused.compareAndSet(false, true)) {
                builder.refused.accept(cause);
            }
        };
        requests = List.of(
                new LongRequest("events of " + http, events, refused),
                new LongRequest("messages from " + http, new SidecarReader(sidecar, builder.callback), refused),
                new LongRequest("messages to " + http, sender, refused));
    }

    /**
     * Begins to configure a client.
     *
     * @param address where the sidecar listens to its node: {@code http://HOST:PORT} or {@code unix:/PATH}
     * @param member that the node is
     * @param cluster of that member
     * @param callback given the messages in their order, on one thread of the client's, and the events, on another. While
     *     {@link RaftCallback#process} blocks, nothing else is read. Its exceptions are logged, and the next message comes.
     *     {@link RaftCallback#isIdRemoved} is not asked: the sidecar knows
     */
    public static Builder builder(URI address, MemberId member, ClusterId cluster, RaftCallback callback) {
        return new Builder(address, member, cluster, callback);
    }

    /** Begins to send and to receive, now or as soon as there is a sidecar. */
    public void start() {
        sidecar.http().start();
        requests.forEach(LongRequest::start);
    }

    /**
     * Sends a message to the member in its {@code to} field, or drops it if there is no connection to the sidecar now, or if 4,096
     * messages or 64 MiB wait for it. Neither blocks nor throws.
     */
    public void send(Message message) {
        sender.send(message);
    }

    /** How many messages were dropped because there was no connection, or too many messages waited. */
    public long dropped() {
        return sender.dropped();
    }

    /**
     * Sends a snapshot with its database. Blocks until the sidecar has read all of the database, as fast as the peer takes it, or
     * does not take it.
     *
     * <p>What becomes of a snapshot that the sidecar has read, or begun to send (502), comes as {@link
     * RaftCallback#reportSnapshot}; also if the sidecar is started again, and so knows nothing of it. If this throws for another
     * reason, the snapshot has failed, and that may not be reported.
     *
     * @param message of type MsgSnap, to the member in its {@code to} field
     * @param database read by this thread, and closed
     * @throws IllegalArgumentException if the message is of another type; {@code database} is then left alone
     * @throws IOException if the sidecar refuses it, saying why, or is out of reach; or if the database cannot be read
     */
    public void sendSnapshot(Message message, InputStream database) throws IOException, InterruptedException {
        snapshots.send(message, database);
    }

    /**
     * Opens the database that came with a MsgSnap.
     *
     * @param term of the snapshot's metadata
     * @param index of the snapshot's metadata
     * @return to be closed, by any thread, which ends a read that is under way
     * @throws IOException if there is no such database, or the sidecar is out of reach
     */
    public InputStream readSnapshot(long term, long index) throws IOException, InterruptedException {
        return snapshots.read(term, index);
    }

    /**
     * Lets the sidecar forget a database. Call once for each MsgSnap that came with a database. Blocks for at most 5 s.
     *
     * @return whether there was such a database
     * @throws IOException if the sidecar is out of reach
     */
    public boolean deleteSnapshot(long term, long index) throws IOException, InterruptedException {
        return snapshots.delete(term, index);
    }

    /** Whether all three requests are under way. */
    public boolean isConnected() {
        return requests.stream().allMatch(LongRequest::isConnected);
    }

    /** Whether the sidecar reaches a peer, as its events say; false while there are none. */
    public boolean isReachable(MemberId peer) {
        return events.isReachable(peer);
    }

    /**
     * Asks the sidecar for its status. Blocks for at most 5 s. Only between {@link #start} and {@link #close}.
     *
     * @throws WrongSidecarException if it is another member's
     * @throws IOException if there is no answer, or not the expected one
     */
    public SidecarStatus status() throws IOException, InterruptedException, WrongSidecarException {
        return sidecar.status();
    }

    /** Ends both directions, within 6 s. What waits to be sent is dropped. */
    @Override
    public void close() {
        requests.forEach(LongRequest::close);
        sidecar.http().close();
    }

    @Override
    public String toString() {
        return "sidecar " + sidecar + (isConnected() ? ", connected, " : ", not connected, ") + dropped() + " dropped";
    }

    /** Configures a client. Used by one thread. */
    public static final class Builder {
        private final URI address;
        private final MemberId member;
        private final ClusterId cluster;
        private final RaftCallback callback;
        private Optional<String> token = Optional.empty();
        private Consumer<WrongSidecarException> refused =
                cause -> LOG.error("nothing is sent or read: {}", cause.getMessage());

        private Builder(URI address, MemberId member, ClusterId cluster, RaftCallback callback) {
            this.address = address;
            this.member = member;
            this.cluster = cluster;
            this.callback = callback;
        }

        /** The token in the sidecar's {@code --node-token-file}; none by default. */
        public Builder token(String nodeToken) {
            token = Optional.of(nodeToken);
            return this;
        }

        /**
         * Is told, once, on a thread of the client's, that the sidecar is another member's. Nothing was sent through it, and the
         * client does not try again. By default it is logged as an error.
         */
        public Builder refused(Consumer<WrongSidecarException> told) {
            refused = told;
            return this;
        }

        /**
         * A client that is not started yet.
         *
         * @throws IllegalArgumentException if the address is of another form
         */
        public SidecarClient build() {
            return new SidecarClient(this);
        }
    }
}
