package dev.rafthttp.codec;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.IOException;

/**
 * Reads the msgappv2 stream, whose frames {@link MsgAppV2Encoder} has; etcd's {@code msgAppV2Decoder}. An AppEntries frame
 * becomes the MsgApp that it was made from.
 */
public final class MsgAppV2Decoder extends AtomDecoder {
    private final long local;
    private final long remote;
    private long term;
    private long index;

    private final Message.Builder message = Message.newBuilder();
    private final Entry.Builder entry = Entry.newBuilder();
    private Expected expected = Expected.TYPE;
    private long entriesLeft;
    private int length;
    private long frameBytes;

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
     */
    public MsgAppV2Decoder(long local, long remote, FrameLimits limits) {
        super(limits);
        this.local = local;
        this.remote = remote;
    }

    @Override
    public boolean isAtFrameBoundary() {
        return expected == Expected.TYPE;
    }

    @Override
    boolean step(FrameSink out) throws IOException {
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

    private boolean type(FrameSink out) throws IOException {
        int type = nextByte();
        switch (type) {
            case -1 -> {
                return false;
            }
            case MsgAppV2Frame.LINK_HEARTBEAT -> out.linkHeartbeat();
            case MsgAppV2Frame.APP_ENTRIES -> expected = Expected.ENTRY_COUNT;
            case MsgAppV2Frame.MSG_APP -> expected = Expected.MESSAGE_LENGTH;
            default -> throw new CorruptFrameException(position() - 1, "frame type " + type + " is none of 0, 1 and 2");
        }
        return true;
    }

    private boolean entryCount() throws IOException {
        if (!hasLong()) {
            return false;
        }
        entriesLeft = checkedCount("entries", takeLong(), Long.BYTES);
        frameBytes = Long.BYTES;
        expected = entriesLeft == 0 ? Expected.COMMIT : Expected.ENTRY_LENGTH;
        return true;
    }

    private boolean entryLength() throws IOException {
        if (!hasLong()) {
            return false;
        }
        frameBytes += Long.BYTES;
        length = checkedLength("entry", takeLong(), frameBytes);
        frameBytes += length;
        expected = Expected.ENTRY;
        return true;
    }

    private boolean entry() throws IOException {
        if (!merge(length, entry)) {
            return false;
        }
        message.addEntries(entry.buildPartial());
        entry.clear();
        expected = --entriesLeft == 0 ? Expected.COMMIT : Expected.ENTRY_LENGTH;
        return true;
    }

    private boolean commit(FrameSink out) throws IOException {
        if (!hasLong()) {
            return false;
        }
        message.setType(MessageType.MsgApp)
                .setFrom(remote)
                .setTo(local)
                .setTerm(term)
                .setLogTerm(term)
                .setIndex(index)
                .setCommit(takeLong());
        index += message.getEntriesCount();
        deliver(out, 1 + Long.BYTES + frameBytes);
        return true;
    }

    private boolean messageLength() throws IOException {
        if (!hasLong()) {
            return false;
        }
        length = checkedLength("message", takeLong(), 0);
        expected = Expected.MESSAGE;
        return true;
    }

    private boolean message(FrameSink out) throws IOException {
        if (!merge(length, message)) {
            return false;
        }
        term = message.getTerm();
        int count = message.getEntriesCount();
        index = count == 0 ? message.getIndex() : message.getEntries(count - 1).getIndex();
        deliver(out, 1L + Long.BYTES + length);
        return true;
    }

    private void deliver(FrameSink out, long bytes) {
        Message whole = message.buildPartial();
        message.clear();
        expected = Expected.TYPE;
        out.message(whole, (int) Math.min(Integer.MAX_VALUE, bytes));
    }
}
