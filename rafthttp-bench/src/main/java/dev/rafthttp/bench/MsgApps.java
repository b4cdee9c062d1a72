package dev.rafthttp.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes the MsgApp that a leader would replicate, one after the other, each entry with the time of its making. */
final class MsgApps {
    private final long to;
    private final int entries;
    private final int dataBytes;
    private long index;

    /** @param dataBytes of each entry, 8 or more */
    MsgApps(MemberId to, int entries, int dataBytes) {
        this.to = to.value();
        this.entries = entries;
        this.dataBytes = dataBytes;
    }

    Message next(long nanos) {
        Message.Builder message = Message.newBuilder()
                .setType(MessageType.MsgApp)
                .setFrom(Link.SENDER.value())
                .setTo(to)
                .setTerm(1)
                .setLogTerm(1)
                .setIndex(index)
                .setCommit(index);
        for (int i = 0; i < entries; i++) {
            message.addEntries(Entry.newBuilder().setTerm(1).setIndex(++index).setData(stamped(dataBytes, nanos)));
        }
        return message.build();
    }

    /** A heartbeat with the time of its making. */
    static Message heartbeat(long nanos) {
        return Message.newBuilder()
                .setType(MessageType.MsgHeartbeat)
                .setFrom(Link.SENDER.value())
                .setTo(Link.RECEIVER.value())
                .setTerm(1)
                .setContext(stamped(Long.BYTES, nanos))
                .build();
    }

    private static ByteString stamped(int bytes, long nanos) {
        byte[] data = new byte[bytes];
        ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(nanos);
        return UnsafeByteOperations.unsafeWrap(data);
    }

    /** When a message that one of these methods made was made. */
    static long nanosOf(Message message) {
        ByteString data = message.getEntriesCount() == 0
                ? message.getContext()
                : message.getEntries(0).getData();
        return data.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
}
