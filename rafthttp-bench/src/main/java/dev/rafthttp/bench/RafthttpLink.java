package dev.rafthttp.bench;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.transport.JettyRaftTransport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** This project's transport: one member that sends, and members that receive. */
final class RafthttpLink implements Link {
    private static final ClusterId CLUSTER = new ClusterId(1);
    private static final int LANES = 2;

    private final JettyRaftTransport sender;
    private final List<JettyRaftTransport> receivers = new ArrayList<>();

    /**
     * Starts the members, which do not know each other until {@link #connect}.
     *
     * @param count how many receive, their IDs from {@link #RECEIVER}'s on
     */
    RafthttpLink(int count, Consumer<Message> received) {
        sender = open(SENDER, message -> {});
        for (int i = 0; i < count; i++) {
            receivers.add(open(new MemberId(RECEIVER.value() + i), received));
        }
    }

    /** One member that sends to one other. */
    static RafthttpLink pair(Consumer<Message> received) {
        RafthttpLink link = new RafthttpLink(1, received);
        link.connect();
        return link;
    }

    /** Makes the sender and each receiver peers, and returns when all streams to the receivers are attached. */
    void connect() {
        for (int i = 0; i < receivers.size(); i++) {
            JettyRaftTransport receiver = receivers.get(i);
            sender.addPeer(new MemberId(RECEIVER.value() + i), receiver.urls());
            receiver.addPeer(SENDER, sender.urls());
        }
        while (attachedLanes() < (long) LANES * receivers.size()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private long attachedLanes() {
        return sender.status().peers().stream()
                .flatMap(peer -> peer.lanes().values().stream())
                .filter(lane -> lane.attached())
                .count();
    }

    private static JettyRaftTransport open(MemberId id, Consumer<Message> received) {
        JettyRaftTransport transport = JettyRaftTransport.builder(
                        TransportConfig.builder(id, CLUSTER).build(), new Receiver(received))
                .listen("127.0.0.1", 0)
                .build();
        transport.start();
        return transport;
    }

    @Override
    public void send(Message message) {
        sender.send(message);
    }

    @Override
    public void flush() {
        // The transport writes by itself as soon as it can.
    }

    @Override
    public void close() {
        sender.close();
        receivers.forEach(JettyRaftTransport::close);
    }

    private record Receiver(Consumer<Message> received) implements RaftCallback {
        @Override
        public CompletionStage<Void> process(Message message) {
            received.accept(message);
            return TAKEN;
        }

        @Override
        public boolean isIdRemoved(MemberId id) {
            return false;
        }

        @Override
        public void reportUnreachable(MemberId id) {
            // At the end one of the two closes first; and a run that loses messages says so itself.
        }

        @Override
        public void reportSnapshot(MemberId id, SnapshotStatus status) {}

        @Override
        public void reportRemoved(RemovedMemberException cause) {}
    }
}
