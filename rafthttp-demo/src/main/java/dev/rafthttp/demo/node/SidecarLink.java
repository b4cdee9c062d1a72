package dev.rafthttp.demo.node;

import dev.rafthttp.MemberId;
import dev.rafthttp.demo.kv.PeerLink;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecarclient.SidecarClient;

/** Connects a member to its peers through its sidecar. */
record SidecarLink(SidecarClient client) implements PeerLink {
    @Override
    public void start() {
        client.start();
    }

    @Override
    public void send(Message message) {
        client.send(message);
    }

    @Override
    public boolean isConnected() {
        return client.isConnected();
    }

    @Override
    public boolean isReachable(MemberId peer) {
        return client.isReachable(peer);
    }

    @Override
    public void close() {
        client.close();
    }
}
