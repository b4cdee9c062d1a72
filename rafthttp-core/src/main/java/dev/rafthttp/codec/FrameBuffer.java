package dev.rafthttp.codec;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.UnsafeByteOperations;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects encoded frames until they are written. Small pieces are copied into arrays, which are used again for every batch;
 * large entry data is taken by reference, so that it is not copied on its way to the socket.
 *
 * <p>Belongs to the thread that writes the stream. Use: encode frames until it {@link #isFull}, take and write pieces with
 * {@link #next} until there is none, {@link #clear}.
 */
public final class FrameBuffer {
    /** One array: the largest buffer that Jetty's pool keeps, and so as much as one write should carry. */
    static final int ARRAY_BYTES = 64 << 10;

    /** Full a little before the array is, so that a batch of small frames rarely needs a second one, and a second write. */
    private static final int SPARE_BYTES = 4 << 10;

    /**
     * Data from this size on is taken by reference. A reference costs two more writes, one for what stands before it; on a
     * loopback socket an entry of 16 KiB takes a fifth less CPU copied, one of 32 KiB the same.
     */
    static final int REFERENCE_BYTES = 32 << 10;

    /**
     * The largest piece. The JDK copies a heap buffer to a direct one of the same size before it writes, and copies again
     * what the socket did not take; small pieces keep both cheap.
     */
    static final int PIECE_BYTES = 128 << 10;

    /** Arrays kept for the next batch in any case. */
    private static final int KEPT_ARRAYS = 2;

    /**
     * The most that are kept while batches need them: the next batch after one of many middling entries is likely to be such a
     * one too. The first small one, at the latest a link heartbeat, lets go of them.
     */
    static final int MOST_KEPT_ARRAYS = 16;

    /** Views of one array that are kept: a batch of large data needs one before each. */
    private static final int MOST_KEPT_VIEWS = 64;

    /** The most that an Entry's scalar fields take, with the data's key and length: 3 × (1 + 10) + 1 + 5, rounded up. */
    private static final int ENTRY_HEAD_BYTES = 64;

    /** What protobuf collects of a whole message before it gives it on: a heartbeat or a vote. */
    private static final int MESSAGE_BYTES = 256;

    private static final int GROUP_BITS = 7;
    private static final int GROUP_MASK = 0x7F;
    private static final int MORE_GROUPS = 0x80;

    private static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final List<Page> pages = new ArrayList<>();
    private int pagesUsed;

    // The page being filled: its array, up to where, and from where it is not among the segments yet.
    private Page page;
    private byte[] array;
    private int position;
    private int segmentStart;

    private final ArrayDeque<ByteBuffer> segments = new ArrayDeque<>();

    /** Bytes put before the segment that begins at {@link #segmentStart}. */
    private long sealedBytes;

    // The segment that is given piece by piece, if there is one.
    private @Nullable ByteBuffer large;
    private int largeAt;
    private int largeEnd;

    /** Writes whole messages into the arrays. One for all: a stream over an array could not be rewound. */
    private final CodedOutputStream messages = CodedOutputStream.newInstance(new Copies(), MESSAGE_BYTES);

    private final ByteOutput dataOutput = new Data();

    public FrameBuffer() {
        page = new Page();
        array = page.bytes;
        pages.add(page);
        pagesUsed = 1;
    }

    /** Bytes put since the last {@link #clear}. */
    public long size() {
        return sealedBytes + position - segmentStart;
    }

    /** Whether the batch has reached the size at which it should be written. */
    public boolean isFull() {
        return position > ARRAY_BYTES - SPARE_BYTES || size() >= ARRAY_BYTES - SPARE_BYTES;
    }

    void putByte(int value) {
        room(1);
        array[position++] = (byte) value;
    }

    /** Puts a u64, big-endian. */
    void putLong(long value) {
        room(Long.BYTES);
        U64.set(array, position, value);
        position += Long.BYTES;
    }

    /** @param size {@link Message#getSerializedSize} */
    void putMessage(Message message, int size) {
        if (size > ARRAY_BYTES) {
            // The first of its stream, or a forwarded proposal: too rare to save the copy.
            reference(ByteBuffer.wrap(message.toByteArray()));
            return;
        }
        room(size);
        try {
            message.writeTo(messages);
            messages.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /**
     * Puts an entry as the generated code writes it, but for the data, which it takes by reference if it is large.
     *
     * @param size {@link Entry#getSerializedSize}
     */
    void putEntry(Entry entry, int size) {
        room(size < REFERENCE_BYTES ? size : ENTRY_HEAD_BYTES);
        if (entry.hasType()) {
            putField(Entry.TYPE_FIELD_NUMBER, entry.getType().getNumber());
        }
        if (entry.hasTerm()) {
            putField(Entry.TERM_FIELD_NUMBER, entry.getTerm());
        }
        if (entry.hasIndex()) {
            putField(Entry.INDEX_FIELD_NUMBER, entry.getIndex());
        }
        if (entry.hasData()) {
            putData(entry.getData());
        }
        if (mayHaveUnknownFields(entry)) {
            putBytes(entry.getUnknownFields().toByteString());
        }
    }

    /** Nearly all entries share one set, of nothing; it is not asked, which would take longer than an entry's other fields. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean mayHaveUnknownFields(Entry entry) {
        return entry.getUnknownFields() != UnknownFieldSet.getDefaultInstance();
    }

    private void putField(int number, long value) {
        putVarint((long) number << 3);
        putVarint(value);
    }

    private void putData(ByteString data) {
        putVarint(Entry.DATA_FIELD_NUMBER << 3 | 2);
        putVarint(data.size());
        putBytes(data);
    }

    private void putVarint(long value) {
        long left = value;
        while ((left & ~GROUP_MASK) != 0) {
            array[position++] = (byte) (left & GROUP_MASK | MORE_GROUPS);
            left >>>= GROUP_BITS;
        }
        array[position++] = (byte) left;
    }

    private void putBytes(ByteString bytes) {
        int size = bytes.size();
        if (size < REFERENCE_BYTES) {
            room(size);
            bytes.copyTo(array, position);
            position += size;
            return;
        }
        try {
            UnsafeByteOperations.unsafeWriteTo(bytes, dataOutput);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
    }

    /**
     * The next piece to write, in order; null when all have been taken. It is for its taker until the next call. From the first
     * call on nothing may be put until {@link #clear}.
     */
    public @Nullable ByteBuffer next() {
        if (large == null) {
            ByteBuffer segment = segments.poll();
            if (segment == null) {
                return lastPiece();
            }
            if (segment.remaining() <= PIECE_BYTES) {
                return segment;
            }
            large = segment;
            largeAt = segment.position();
            largeEnd = segment.limit();
        }
        return nextOf(large);
    }

    /** The segment itself, since its last piece has been written. */
    private ByteBuffer nextOf(ByteBuffer segment) {
        int from = largeAt;
        largeAt = Math.min(from + PIECE_BYTES, largeEnd);
        if (largeAt == largeEnd) {
            large = null;
        }
        return segment.limit(largeAt).position(from);
    }

    /** What the array being filled has: most batches' only piece. Null if it has been taken. */
    private @Nullable ByteBuffer lastPiece() {
        sealSegment();
        return segments.poll();
    }

    /** Forgets what was put; the arrays are used again. Only when nothing of them is being written. */
    public void clear() {
        segments.clear();
        large = null;
        sealedBytes = 0;
        int kept = Math.max(KEPT_ARRAYS, Math.min(pagesUsed, MOST_KEPT_ARRAYS));
        while (pages.size() > kept) {
            pages.remove(pages.size() - 1);
        }
        pagesUsed = 0;
        nextPage();
    }

    /** Makes sure that the next {@code bytes}, {@link #ARRAY_BYTES} at the most, fit into the array. */
    private void room(int bytes) {
        if (array.length - position < bytes) {
            sealSegment();
            nextPage();
        }
    }

    private void nextPage() {
        if (pagesUsed == pages.size()) {
            pages.add(new Page());
        }
        page = pages.get(pagesUsed++);
        page.viewsUsed = 0;
        array = page.bytes;
        position = 0;
        segmentStart = 0;
    }

    private void reference(ByteBuffer data) {
        sealSegment();
        sealedBytes += data.remaining();
        segments.add(data);
    }

    private void sealSegment() {
        if (position > segmentStart) {
            segments.add(page.view(segmentStart, position));
            sealedBytes += position - segmentStart;
            segmentStart = position;
        }
    }

    private void copy(byte[] from, int start, int length) {
        room(length);
        System.arraycopy(from, start, array, position, length);
        position += length;
    }

    /** An array, and views of it that are used again for every batch. */
    private static final class Page {
        final byte[] bytes = new byte[ARRAY_BYTES];
        private final List<ByteBuffer> views = new ArrayList<>(1);
        private int viewsUsed;

        ByteBuffer view(int from, int to) {
            if (viewsUsed < views.size()) {
                return views.get(viewsUsed++).limit(to).position(from);
            }
            ByteBuffer view = ByteBuffer.wrap(bytes, from, to - from);
            if (viewsUsed < MOST_KEPT_VIEWS) {
                views.add(view);
                viewsUsed++;
            }
            return view;
        }
    }

    /** Takes what protobuf writes of a whole message. There is room for it. */
    private final class Copies extends OutputStream {
        @Override
        public void write(int value) {
            putByte(value);
        }

        @Override
        public void write(byte[] bytes, int start, int length) {
            copy(bytes, start, length);
        }
    }

    /**
     * Takes large data by reference. If it was concatenated, it may be large in many small parts, which are not worth a write
     * each.
     */
    private final class Data extends ByteOutput {
        @Override
        public void write(byte value) {
            putByte(value);
        }

        @Override
        public void write(byte[] value, int offset, int length) {
            writeLazy(Arrays.copyOfRange(value, offset, offset + length), 0, length);
        }

        @Override
        public void writeLazy(byte[] value, int offset, int length) {
            if (length < REFERENCE_BYTES) {
                copy(value, offset, length);
            } else {
                reference(ByteBuffer.wrap(value, offset, length));
            }
        }

        @Override
        public void write(ByteBuffer value) {
            byte[] bytes = new byte[value.remaining()];
            value.get(bytes);
            writeLazy(bytes, 0, bytes.length);
        }

        @Override
        public void writeLazy(ByteBuffer value) {
            int length = value.remaining();
            if (length < REFERENCE_BYTES) {
                room(length);
                value.get(array, position, length);
                position += length;
            } else {
                reference(value.duplicate());
            }
        }
    }
}
