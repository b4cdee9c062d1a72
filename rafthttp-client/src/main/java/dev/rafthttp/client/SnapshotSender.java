package dev.rafthttp.client;

import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.snapshot.SnapshotDelivery;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpMethod;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends snapshots with their databases to one peer; etcd's {@code snapshotSender}. Its close ends those under way. Any
 * thread.
 */
final class SnapshotSender {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSender.class);

    private final PeerEnvironment environment;
    private final HttpClient http;
    private final RequestHeaders headers;
    private final Peer peer;
    private final Set<OutboundSnapshot> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    SnapshotSender(PeerEnvironment environment, HttpClient http, RequestHeaders headers, Peer peer) {
        this.environment = environment;
        this.http = http;
        this.headers = headers;
        this.peer = peer;
    }

    /** Does what {@code MessageSender.sendSnapshot} says. */
    CompletionStage<Void> send(Message message, InputStream database, long size) {
        SnapshotDelivery delivery;
        try {
            delivery = peer.sendingSnapshot(message, underWay.size());
        } catch (RaftTransportException e) {
            return unsent(database, e);
        }
        if (!http.isRunning()) {
            PeerUnreachableException cause = new PeerUnreachableException("no snapshot is sent to peer " + peer.id()
                    + " before the transport is started, or after it is closed");
            delivery.failed(cause);
            return unsent(database, cause);
        }
        OutboundSnapshot snapshot = new OutboundSnapshot(
                peer.id(),
                message,
                database,
                size,
                delivery,
                environment.executor(),
                request(delivery),
                underWay::remove);
        underWay.add(snapshot);
        CompletionStage<Void> outcome = snapshot.send();
        if (closed) {
            end(snapshot);
        }
        return outcome;
    }

    private Request request(SnapshotDelivery delivery) {
        return http.newRequest(delivery.url())
                .method(HttpMethod.POST)
                .path(Protocol.SNAPSHOT_PATH)
                .headers(headers)
                // WIRE: no "Expect: 100-continue". If a request has it, and Go's server refuses the request after it
                // has begun to read the body, the server does not read the rest, and the reset of the connection
                // loses the refusal.
                .idleTimeout(environment.config().snapshotTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Closes the database of a snapshot that is not sent. */
    static CompletionStage<Void> unsent(InputStream database, RaftTransportException cause) {
        try {
            database.close();
        } catch (IOException e) {
            LOG.debug("the database of a snapshot that is not sent was not closed cleanly", e);
        }
        return CompletableFuture.failedStage(cause);
    }

    /** Ends the snapshots that are under way. Call after the peer was closed, so that no more begin. */
    void close() {
        closed = true;
        underWay.forEach(this::end);
    }

    private void end(OutboundSnapshot snapshot) {
        snapshot.end(new PeerUnreachableException("peer " + peer.id() + " was removed, or the transport was closed"));
    }

    @Override
    public String toString() {
        return "snapshots to peer " + peer.id() + ", " + underWay.size() + " under way" + (closed ? ", closed" : "");
    }
}
