package dev.rafthttp.client;

import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.StreamType;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.client.HttpClient;

/** A peer, together with everything that dials it: its streams, posts, snapshots and prober. */
final class PeerConnections {
    private final Peer peer;
    private final Map<StreamType, StreamDialer> dialers;
    private final Prober prober;
    private final SnapshotSender snapshots;

    PeerConnections(
            PeerEnvironment environment,
            HttpClient http,
            RequestHeaders headers,
            MemberId id,
            List<URI> urls,
            Dialect dialect,
            boolean remote) {
        peer = new Peer(environment, id, urls, dialect, remote, new HttpPoster(http, headers, id));
        dialers = remote
                ? Map.of()
                : Map.of(
                        StreamType.MSGAPP, new StreamDialer(environment, http, headers, peer, StreamType.MSGAPP),
                        StreamType.MESSAGE, new StreamDialer(environment, http, headers, peer, StreamType.MESSAGE));
        prober = new Prober(environment, http, peer);
        snapshots = new SnapshotSender(environment, http, headers, peer);
    }

    Peer peer() {
        return peer;
    }

    SnapshotSender snapshots() {
        return snapshots;
    }

    /** Begins to dial. */
    void start() {
        peer.start();
        if (!peer.isRemote()) {
            dialers.values().forEach(StreamDialer::start);
            prober.start();
        }
    }

    /** The dialer of a lane; empty for a remote. */
    Optional<StreamDialer> dialer(StreamType type) {
        return Optional.ofNullable(dialers.get(type));
    }

    void close() {
        peer.close();
        prober.close();
        dialers.values().forEach(StreamDialer::close);
        snapshots.close();
    }

    @Override
    public String toString() {
        return peer + ", " + dialers.values() + ", " + snapshots;
    }
}
