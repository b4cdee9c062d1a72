package dev.rafthttp.codec;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the msgappv2 stream, whose frames {@link MsgAppV2Encoder} has; etcd's {@code msgAppV2Decoder}. An AppEntries frame
 * becomes the MsgApp that it was made from.
 */
public final class MsgAppV2Decoder extends AtomDecoder {
    /** A list that grew beyond this, for one frame of very many entries, is not kept. */
    private static final int KEPT_ENTRIES = 1 << 14;

    private final long local;
    private final long remote;
    private long term;
    private long index;

    private final Message.Builder message = Message.newBuilder();
    private final EntryReader entryReader = new EntryReader();

    /** For an entry that is cut, or written in another way. */
    private final Entry.Builder entry = Entry.newBuilder();

    private List<Entry> entries = new ArrayList<>();
    private Expected expected = Expected.TYPE;
    private int length;

    // Of the AppEntries frame under way.
    private long entryCount;
    private long entryBytes;

    /** The next atom. */
    private enum Expected {
        TYPE,
        ENTRY_COUNT,
        ENTRY_LENGTH,
        ENTRY,
        COMMIT,
        MESSAGE_LENGTH,
        MESSAGE
    }

    /**
     * @param local the ID of the member that reads
     * @param remote the ID of the one that writes
     * @param budget what decoding takes is taken from it
     */
    public MsgAppV2Decoder(long local, long remote, FrameLimits limits, MemoryBudget budget) {
        super(limits, budget);
        this.local = local;
        this.remote = remote;
    }

    @Override
    public boolean isAtFrameBoundary() {
        return expected == Expected.TYPE;
    }

    @Override
    boolean step(FrameSink out) {
        return switch (expected) {
            case TYPE -> type(out);
            case ENTRY_COUNT -> entryCount();
            case ENTRY_LENGTH -> entryLength();
            case ENTRY -> entry();
            case COMMIT -> commit(out);
            case MESSAGE_LENGTH -> messageLength();
            case MESSAGE -> message(out);
        };
    }

    private boolean type(FrameSink out) {
        int type = nextByte();
        switch (type) {
            case -1 -> {
                return false;
            }
            case MsgAppV2Frame.LINK_HEARTBEAT -> out.linkHeartbeat();
            case MsgAppV2Frame.APP_ENTRIES -> expected = Expected.ENTRY_COUNT;
            case MsgAppV2Frame.MSG_APP -> expected = Expected.MESSAGE_LENGTH;
            default -> throw new CorruptFrameException(offset() - 1, "frame type " + type + " is none of 0, 1 and 2");
        }
        return true;
    }

    private boolean entryCount() {
        if (!hasLong()) {
            return false;
        }
        entryCount = checkedCount("entries", takeLong(), Long.BYTES, DecodedSize.ENTRY_BYTES);
        entryBytes = 0;
        expectEntryOrCommit();
        return true;
    }

    private boolean entryLength() {
        if (!hasLong()) {
            return false;
        }
        length = checkedLength("entry", takeLong(), entryCount * Long.BYTES + entryBytes);
        entryBytes += length;
        expected = Expected.ENTRY;
        return true;
    }

    private boolean entry() {
        Entry next = entryInPlace(length, entryReader);
        if (next != null) {
            becomes(DecodedSize.ENTRY_BYTES + DecodedSize.DATA_BYTES + length);
        } else {
            if (!merge(length, entry, true)) {
                return false;
            }
            next = entry.buildPartial();
            entry.clear();
        }
        entries.add(next);
        expectEntryOrCommit();
        return true;
    }

    private void expectEntryOrCommit() {
        expected = entries.size() < entryCount ? Expected.ENTRY_LENGTH : Expected.COMMIT;
    }

    private boolean commit(FrameSink out) {
        if (!hasLong()) {
            return false;
        }
        // All entries at once, so that the message's list has their number and no room to spare.
        message.setType(MessageType.MsgApp)
                .setFrom(remote)
                .setTo(local)
                .setTerm(term)
                .setLogTerm(term)
                .setIndex(index)
                .addAllEntries(entries)
                .setCommit(takeLong());
        forgetEntries();
        index += entryCount;
        return deliver(out, 1 + Long.BYTES + entryCount * Long.BYTES + entryBytes + Long.BYTES);
    }

    private void forgetEntries() {
        if (entries.size() > KEPT_ENTRIES) {
            entries = new ArrayList<>();
        } else {
            entries.clear();
        }
    }

    private boolean messageLength() {
        if (!hasLong()) {
            return false;
        }
        length = checkedLength("message", takeLong(), 0);
        expected = Expected.MESSAGE;
        return true;
    }

    private boolean message(FrameSink out) {
        if (!merge(length, message, false)) {
            return false;
        }
        term = message.getTerm();
        int count = message.getEntriesCount();
        index = count == 0 ? message.getIndex() : message.getEntries(count - 1).getIndex();
        return deliver(out, 1L + Long.BYTES + length);
    }

    private boolean deliver(FrameSink out, long bytes) {
        Message whole = message.buildPartial();
        message.clear();
        expected = Expected.TYPE;
        return give(whole, (int) Math.min(Integer.MAX_VALUE, bytes), out);
    }
}
