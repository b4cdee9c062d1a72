package dev.rafthttp.codec;

import dev.rafthttp.raftpb.ConfState;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;

/**
 * Writes the msgappv2 stream, in which a leader's steady replication costs its entries and 17 bytes; etcd's {@code
 * msgAppV2Encoder}.
 *
 * <table>
 * <caption>Frames; integers are big-endian u64</caption>
 * <tr><td>link heartbeat</td><td>{@code 00}</td></tr>
 * <tr><td>AppEntries</td><td>{@code 01}, number of entries, then per entry: length, Entry; then commit index</td></tr>
 * <tr><td>MsgApp</td><td>{@code 02}, length, Message</td></tr>
 * </table>
 *
 * <p>Both ends keep the term and index that the last frame led to. AppEntries says only what they do not know already. etcd
 * silently loses what AppEntries cannot carry; this encoder uses it only if
 * decoding gives back an equal message.
 */
public final class MsgAppV2Encoder implements FrameEncoder {
    private final long local;
    private final long remote;
    private final int maxFrameBytes;
    private long term;
    private long index;

    /**
     * @param local the ID of the member that writes
     * @param remote the ID of the one that reads
     * @param limits what the one that reads takes
     */
    public MsgAppV2Encoder(long local, long remote, FrameLimits limits) {
        this.local = local;
        this.remote = remote;
        this.maxFrameBytes = limits.maxFrameBytes();
    }

    @Override
    public void encode(Message message, FrameBuffer out) {
        if (continuesStream(message) && isCarriedByAppEntries(message) && fitsAppEntries(message)) {
            encodeAppEntries(message, out);
        } else {
            encodeMsgApp(message, out);
        }
    }

    @Override
    public void encodeLinkHeartbeat(FrameBuffer out) {
        out.putByte(MsgAppV2Frame.LINK_HEARTBEAT);
    }

    private void encodeAppEntries(Message message, FrameBuffer out) {
        int count = message.getEntriesCount();
        out.putByte(MsgAppV2Frame.APP_ENTRIES);
        out.putLong(count);
        for (int i = 0; i < count; i++) {
            Entry entry = message.getEntries(i);
            int size = entry.getSerializedSize();
            out.putLong(size);
            out.putEntry(entry, size);
        }
        out.putLong(message.getCommit());
        index += count;
    }

    private void encodeMsgApp(Message message, FrameBuffer out) {
        int size = message.getSerializedSize();
        out.putByte(MsgAppV2Frame.MSG_APP);
        out.putLong(size);
        out.putMessage(message, size);
        term = message.getTerm();
        int count = message.getEntriesCount();
        index = count == 0 ? message.getIndex() : message.getEntries(count - 1).getIndex();
    }

    private boolean continuesStream(Message message) {
        return message.getIndex() == index && message.getLogTerm() == term && message.getTerm() == term;
    }

    private boolean isCarriedByAppEntries(Message message) {
        return message.getType() == MessageType.MsgApp
                && message.getFrom() == local
                && message.getTo() == remote
                && !message.getReject()
                && message.getRejectHint() == 0
                && message.getVote() == 0
                && message.getContext().isEmpty()
                && message.getResponsesCount() == 0
                && message.getUnknownFields().getSerializedSize() == 0
                && (!message.hasSnapshot() || isEmpty(message.getSnapshot()));
    }

    /**
     * Whether AppEntries is certainly within the limit. It spends 8 bytes on an entry's length where a Message spends 2 to 6,
     * so that of very many small entries it may be above while the message is not; that then goes whole.
     */
    private boolean fitsAppEntries(Message message) {
        long atMost = message.getSerializedSize() + (long) Long.BYTES * message.getEntriesCount();
        return atMost <= maxFrameBytes;
    }

    // WIRE: etcd up to 3.5 puts an empty snapshot into every message; by value it is none.

    private static boolean isEmpty(Snapshot snapshot) {
        return snapshot.getData().isEmpty()
                && snapshot.getUnknownFields().getSerializedSize() == 0
                && isEmpty(snapshot.getMetadata());
    }

    private static boolean isEmpty(SnapshotMetadata metadata) {
        return metadata.getIndex() == 0
                && metadata.getTerm() == 0
                && metadata.getUnknownFields().getSerializedSize() == 0
                && isEmpty(metadata.getConfState());
    }

    private static boolean isEmpty(ConfState state) {
        return state.getVotersCount() == 0
                && state.getLearnersCount() == 0
                && state.getVotersOutgoingCount() == 0
                && state.getLearnersNextCount() == 0
                && !state.getAutoLeave()
                && state.getUnknownFields().getSerializedSize() == 0;
    }
}
