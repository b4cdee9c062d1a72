package dev.rafthttp.bench;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.RaftCallback;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.RemovedMemberException;
import dev.rafthttp.SnapshotStatus;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.server.JettyRaftTransport;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Two members in this process, of which one sends and the other receives. */
final class Pair implements AutoCloseable {
    static final MemberId SENDER = new MemberId(1);
    static final MemberId RECEIVER = new MemberId(2);
    private static final ClusterId CLUSTER = new ClusterId(1);

    private final JettyRaftTransport sender;
    private final JettyRaftTransport receiver;

    /** @param received given each message, on the thread that reads the stream */
    Pair(Consumer<Message> received) {
        sender = open(SENDER, message -> {});
        receiver = open(RECEIVER, received);
        sender.addPeer(RECEIVER, receiver.urls());
        receiver.addPeer(SENDER, sender.urls());
        while (!isReady()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private boolean isReady() {
        return sender.status().peers().get(0).lanes().values().stream()
                        .filter(lane -> lane.attached())
                        .count()
                == 2;
    }

    RaftTransport sender() {
        return sender;
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
    public void close() {
        sender.close();
        receiver.close();
    }

    private record Receiver(Consumer<Message> received) implements RaftCallback {
        @Override
        public void process(Message message) {
            received.accept(message);
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
