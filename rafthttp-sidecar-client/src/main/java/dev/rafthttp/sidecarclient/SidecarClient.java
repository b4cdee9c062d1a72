package dev.rafthttp.sidecarclient;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A Raft node's way to its peers through its sidecar, a process of its own: messages out, messages in and events, each a request
 * that lasts, and is made again by itself, from 100 ms up to 1 s later.
 *
 * <p>Started once and closed once, in this order, by its owner; the rest is thread-safe. Three threads make the requests, and
 * eight more at the most carry them; they do not grow with peers. All are daemons.
 */
public final class SidecarClient implements AutoCloseable {
    private final SidecarHttp http;
    private final SidecarSender sender;
    private final SidecarEvents events;
    private final List<LongRequest> requests;

    /**
     * Prepares a client; nothing is sent before {@link #start}.
     *
     * @param sidecar where the sidecar listens to its node: {@code http://HOST:PORT} or {@code unix:/PATH}
     * @param member the node's, and so the sidecar's
     * @param cluster the member's
     * @param callback given the messages in their order, on one thread of the client's, and the events, on another. While
     *     {@link RaftCallback#process} blocks, nothing more is read. {@link RaftCallback#isIdRemoved} is not asked: the sidecar
     *     knows
     * @param refused told once, on a thread of the client's, that the sidecar is another member's. Nothing was sent through it, and
     *     the client does not try again
     * @throws IllegalArgumentException if {@code sidecar} is of another form
     */
    public SidecarClient(
            URI sidecar,
            MemberId member,
            ClusterId cluster,
            RaftCallback callback,
            Consumer<WrongSidecarException> refused) {
        http = new SidecarHttp(sidecar, member, cluster);
        sender = new SidecarSender(http);
        events = new SidecarEvents(http, callback);
        AtomicBoolean isRefused = new AtomicBoolean();
        Consumer<WrongSidecarException> once = cause -> {
            if (isRefused.compareAndSet(false, true)) {
                refused.accept(cause);
            }
        };
        requests = List.of(
                new LongRequest("events of " + http, events, once),
                new LongRequest("messages from " + http, new SidecarReader(http, callback), once),
                new LongRequest("messages to " + http, sender, once));
    }

    /** Begins to send and to receive, now or as soon as there is a sidecar. */
    public void start() {
        http.start();
        requests.forEach(LongRequest::start);
    }

    /**
     * Sends a message to the member in its {@code to} field, or drops it if there is no connection to the sidecar now, or if 4,096
     * messages or 64 MiB wait for it. Neither blocks nor throws.
     */
    public void send(Message message) {
        sender.send(message);
    }

    /** How many messages were dropped because there was no connection, or too much waited for it. */
    public long dropped() {
        return sender.dropped();
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
     * Asks the sidecar who and how it is. Blocks, for 5 s at the most. Only between {@link #start} and {@link #close}.
     *
     * @throws WrongSidecarException if it is another member's
     * @throws IOException if there is no answer, or no such one
     */
    public SidecarStatus status() throws IOException, InterruptedException, WrongSidecarException {
        return http.status();
    }

    /** Ends both directions, within 6 s. What waits to be sent is dropped. */
    @Override
    public void close() {
        requests.forEach(LongRequest::close);
        http.close();
    }

    @Override
    public String toString() {
        return "sidecar " + http + (isConnected() ? ", connected, " : ", not connected, ") + dropped() + " dropped";
    }
}
