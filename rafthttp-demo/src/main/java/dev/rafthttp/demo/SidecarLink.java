package dev.rafthttp.demo;

import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.raftpb.Message;
import java.util.List;
import java.util.function.Consumer;

/**
 * A way to the peers that leads through the member's sidecar, a process of its own: messages out, messages in and events, each
 * a request that lasts, and is made again by itself.
 */
final class SidecarLink implements PeerLink {
    private final SidecarClient client;
    private final SidecarSender sender;
    private final SidecarEvents events;
    private final List<LongRequest> requests;

    /**
     * @param client started and closed with this link
     * @param refused told, on a thread of the link's, that the sidecar is another member's; nothing was sent through it
     * @param removed told, on a thread of the link's, that this member is no longer one of its cluster
     */
    SidecarLink(
            SidecarClient client,
            RaftCallback callback,
            Consumer<WrongSidecarException> refused,
            Consumer<RemovedMemberException> removed) {
        this.client = client;
        sender = new SidecarSender(client);
        events = new SidecarEvents(client, callback, removed);
        requests = List.of(
                new LongRequest("events of " + client, events, refused),
                new LongRequest("messages from " + client, new SidecarReader(client, callback), refused),
                new LongRequest("messages to " + client, sender, refused));
    }

    @Override
    public void start() {
        client.start();
        requests.forEach(LongRequest::start);
    }

    @Override
    public void send(Message message) {
        sender.send(message);
    }

    @Override
    public boolean isConnected() {
        return requests.stream().allMatch(LongRequest::isConnected);
    }

    @Override
    public boolean isReachable(MemberId peer) {
        return events.isReachable(peer);
    }

    /** How many messages were dropped because there was no connection, or too much waited for it. */
    long dropped() {
        return sender.dropped();
    }

    @Override
    public void close() {
        requests.forEach(LongRequest::close);
        client.close();
    }
}
