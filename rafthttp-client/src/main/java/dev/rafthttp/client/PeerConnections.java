package dev.rafthttp.client;

import dev.rafthttp.Lane;
import dev.rafthttp.MemberId;
import dev.rafthttp.peer.Peer;
import dev.rafthttp.peer.PeerEnvironment;
import java.net.URI;
import java.util.List;
import org.eclipse.jetty.client.HttpClient;

/** A peer together with everything that dials it: its streams, its posts, its prober. */
final class PeerConnections {
    private final Peer peer;
    private final List<PushDialer> dialers;
    private final Prober prober;

    PeerConnections(
            PeerEnvironment environment,
            HttpClient http,
            RequestHeaders headers,
            MemberId id,
            List<URI> urls,
            boolean remote) {
        peer = new Peer(environment, id, urls, remote, new HttpPoster(http, headers, id));
        dialers = remote
                ? List.of()
                : List.of(
                        new PushDialer(environment, http, headers, peer, Lane.MSGAPP),
                        new PushDialer(environment, http, headers, peer, Lane.MESSAGE));
        prober = new Prober(environment, http, peer);
    }

    Peer peer() {
        return peer;
    }

    /** Begins to dial. */
    void start() {
        if (!peer.isRemote()) {
            peer.start();
            dialers.forEach(PushDialer::dial);
            prober.start();
        }
    }

    void close() {
        peer.close();
        prober.close();
        dialers.forEach(PushDialer::close);
    }
}
