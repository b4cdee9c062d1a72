package dev.rafthttp.peer;

import com.google.protobuf.ByteString;
import dev.rafthttp.fixture.Surroundings;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;

/** Small messages from member 1 to member 2, told apart by their commit or index. */
final class TestMessages {
    static final long LOCAL = Surroundings.LOCAL.value();
    static final long REMOTE = 2;

    private TestMessages() {}

    static Message heartbeat(long commit) {
        return message(MessageType.MsgHeartbeat).setCommit(commit).build();
    }

    static Message app(long index) {
        return app(index, 16);
    }

    /** @param dataBytes the size of its one entry's data; the message is a little larger */
    static Message app(long index, int dataBytes) {
        return message(MessageType.MsgApp)
                .setIndex(index)
                .setLogTerm(1)
                .addEntries(entry(index + 1, dataBytes))
                .build();
    }

    static Message proposal(long number) {
        return proposal(number, 16);
    }

    static Message proposal(long number, int dataBytes) {
        return message(MessageType.MsgProp)
                .setIndex(number)
                .addEntries(entry(0, dataBytes))
                .build();
    }

    static Message snapshot(long index) {
        return message(MessageType.MsgSnap)
                .setSnapshot(Snapshot.newBuilder()
                        .setMetadata(SnapshotMetadata.newBuilder().setIndex(index)))
                .build();
    }

    /** The same message on the way from member 2 to member 1. */
    static Message fromPeer(Message message) {
        return message.toBuilder().setFrom(REMOTE).setTo(LOCAL).build();
    }

    /** What tells a message from others of its type, short enough for a failed assertion. */
    static String label(Message message) {
        long number = switch (message.getType()) {
            case MsgHeartbeat -> message.getCommit();
            case MsgSnap -> message.getSnapshot().getMetadata().getIndex();
            default -> message.getIndex();
        };
        return message.getType() + " " + number;
    }

    private static Message.Builder message(MessageType type) {
        return Message.newBuilder().setType(type).setFrom(LOCAL).setTo(REMOTE).setTerm(1);
    }

    private static Entry entry(long index, int dataBytes) {
        return Entry.newBuilder()
                .setTerm(1)
                .setIndex(index)
                .setData(ByteString.copyFrom(new byte[dataBytes]))
                .build();
    }
}
