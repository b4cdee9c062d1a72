package dev.rafthttp.demo.kv;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.raftpb.Message;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** Connects a member to its peers by a transport in this process. */
final class TransportLink implements PeerLink {
    private final RaftTransport transport;

    /**
     * Adds the peers.
     *
     * @param transport that is not started yet; closed with this link
     */
    TransportLink(RaftTransport transport, Map<MemberId, URI> peers) {
        this.transport = transport;
        peers.forEach((peer, url) -> transport.addPeer(peer, List.of(url)));
    }

    @Override
    public void start() {
        transport.start();
    }

    @Override
    public void send(Message message) {
        transport.send(message);
    }

    /** No other process stands between this one and its peers. */
    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isReachable(MemberId peer) {
        return transport.activeSince(peer).isPresent();
    }

    @Override
    public void close() {
        transport.close();
    }
}
