package dev.rafthttp.bench;

import com.google.protobuf.UnsafeByteOperations;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes the MsgApp that a leader would replicate, one after the other, each entry with the time of its making. */
final class MsgApps {
    private final int entries;
    private final int dataBytes;
    private long index;

    /** @param dataBytes of each entry, 8 or more */
    MsgApps(int entries, int dataBytes) {
        this.entries = entries;
        this.dataBytes = dataBytes;
    }

    Message next(long nanos) {
        Message.Builder message = Message.newBuilder()
                .setType(MessageType.MsgApp)
                .setFrom(Pair.SENDER.value())
                .setTo(Pair.RECEIVER.value())
                .setTerm(1)
                .setLogTerm(1)
                .setIndex(index)
                .setCommit(index);
        for (int i = 0; i < entries; i++) {
            byte[] data = new byte[dataBytes];
            ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).putLong(nanos);
            message.addEntries(
                    Entry.newBuilder().setTerm(1).setIndex(++index).setData(UnsafeByteOperations.unsafeWrap(data)));
        }
        return message.build();
    }

    static long nanosOf(Message message) {
        return message.getEntries(0)
                .getData()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
    }
}
