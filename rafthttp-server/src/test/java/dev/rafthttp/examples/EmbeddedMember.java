package dev.rafthttp.examples;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.transport.JettyRaftTransport;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Two members in one program: one sends the other a heartbeat. What your Raft node does stands where the comments are. */
final class EmbeddedMember {

    private EmbeddedMember() {}

    public static void main(String[] args) throws InterruptedException {
        BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
        try (JettyRaftTransport a = member("1", 12380, message -> {});
                JettyRaftTransport b = member("2", 12381, inbox::add)) {
            b.addPeer(MemberId.parse("1"), List.of(URI.create("http://127.0.0.1:12380"))); // first, or it refuses a
            a.addPeer(MemberId.parse("2"), List.of(URI.create("http://127.0.0.1:12381")));
            Message received;
            do {
                sendHeartbeat(a); // again and again, as Raft does: a message may be lost
                received = inbox.poll(1, TimeUnit.SECONDS);
            } while (received == null);
            System.out.println("received " + received);
        }
    }

    private static JettyRaftTransport member(String id, int port, Inbox inbox) {
        TransportConfig config = TransportConfig.builder(MemberId.parse(id), ClusterId.parse("cafe"))
                .peerUrls(List.of(URI.create("http://127.0.0.1:" + port)))
                .build();
        JettyRaftTransport transport = JettyRaftTransport.builder(config, new Node(inbox))
                .listen("127.0.0.1", port)
                .build();
        transport.start();
        return transport;
    }

    private static void sendHeartbeat(RaftTransport transport) {
        transport.send(Message.newBuilder()
                .setType(MessageType.MsgHeartbeat)
                .setFrom(1)
                .setTo(2)
                .setTerm(1)
                .build());
    }

    private interface Inbox {
        void put(Message message);
    }

    /** The transport's view of a Raft node. */
    private record Node(Inbox inbox) implements RaftCallback {
        @Override
        public CompletionStage<Void> process(Message message) {
            inbox.put(message); // queue it for the Raft state machine; must not block
            return TAKEN; // or, if there is no room, a stage that is completed when there is
        }

        @Override
        public boolean isIdRemoved(MemberId id) {
            return false; // look it up in the membership that Raft has applied
        }

        @Override
        public void reportUnreachable(MemberId id) {
            // let the leader probe this follower instead of streaming to it
        }

        @Override
        public void reportSnapshot(MemberId id, SnapshotStatus status) {
            // let the leader resume replication after a snapshot, or send another
        }

        @Override
        public void reportRemoved(RemovedMemberException cause) {
            // this member is no longer in the cluster: stop
        }
    }
}
