package dev.rafthttp.codec;

import com.google.protobuf.UnsafeByteOperations;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.EntryType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads an Entry out of a buffer without protobuf's stream over it, if it is written as every Raft library
 * writes one: known fields in their order, each once at the most. All others are left to protobuf.
 *
 * <p>Raft's entries are small and many, and so cost more for the stream, its limits and its switch over fields than for
 * themselves. The data is copied once, from the buffer into an array of its own.
 */
final class EntryReader {
    private static final int TYPE_TAG = Entry.TYPE_FIELD_NUMBER << 3;
    private static final int TERM_TAG = Entry.TERM_FIELD_NUMBER << 3;
    private static final int INDEX_TAG = Entry.INDEX_FIELD_NUMBER << 3;
    private static final int DATA_TAG = Entry.DATA_FIELD_NUMBER << 3 | 2;

    private static final int GROUP_BITS = 7;
    private static final int GROUP_MASK = 0x7F;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Entry.Builder builder = Entry.newBuilder();

    // Of the call under way.
    private ByteBuffer in = NOTHING;
    private int end;

    /** Where the next byte stands; beyond {@link #end} once something was not as expected. */
    private int at;

    /**
     * Reads an entry that is whole.
     *
     * @param from its first byte's index in the buffer, whose position is left alone
     * @param length its bytes
     * @return null if it is written in another way, or broken
     */
    @Nullable Entry read(ByteBuffer buffer, int from, int length) {
        in = buffer;
        at = from;
        end = from + length;
        if (comes(TYPE_TAG)) {
            setType(varint());
        }
        if (comes(TERM_TAG)) {
            builder.setTerm(varint());
        }
        if (comes(INDEX_TAG)) {
            builder.setIndex(varint());
        }
        if (comes(DATA_TAG)) {
            setData(varint());
        }
        Entry entry = at == end ? builder.buildPartial() : null;
        builder.clear();
        in = NOTHING;
        return entry;
    }

    private boolean comes(int tag) {
        if (at < end && in.get(at) == tag) {
            at++;
            return true;
        }
        return false;
    }

    private long varint() {
        if (at >= end) {
            return unexpected();
        }
        byte group = in.get(at++);
        if (group >= 0) {
            return group;
        }
        long value = group & GROUP_MASK;
        for (int shift = GROUP_BITS; shift < Long.SIZE && at < end; shift += GROUP_BITS) {
            group = in.get(at++);
            value |= (long) (group & GROUP_MASK) << shift;
            if (group >= 0) {
                return value;
            }
        }
        return unexpected();
    }

    private void setType(long number) {
        EntryType type = number == (int) number ? EntryType.forNumber((int) number) : null;
        if (type == null) {
            unexpected();
        } else {
            builder.setType(type);
        }
    }

    /** The last field: there is nothing behind it. */
    private void setData(long length) {
        if (length != end - at) {
            unexpected();
            return;
        }
        byte[] data = new byte[(int) length];
        in.get(at, data);
        at = end;
        builder.setData(UnsafeByteOperations.unsafeWrap(data));
    }

    private long unexpected() {
        at = end + 1;
        return 0;
    }
}
