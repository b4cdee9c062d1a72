package dev.rafthttp.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
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

    /** The most that a key, a length and an Entry's scalar fields take: 3 × (1 + 10) + 1 + 5, rounded up. */
    private static final int ENTRY_HEAD_BYTES = 64;

    private final List<byte[]> arrays = new ArrayList<>();
    private int arraysUsed;

    // The array being filled, as what fills it and as what the last piece is taken from.
    private byte[] array;
    private CodedOutputStream out;
    private ByteBuffer view;

    /** Where in {@link #array} the segment begins that is not among {@link #segments} yet. */
    private int segmentStart;

    private final ArrayDeque<ByteBuffer> segments = new ArrayDeque<>();

    /** Bytes put before the segment that begins at {@link #segmentStart}. */
    private long sealedBytes;

    public FrameBuffer() {
        array = new byte[ARRAY_BYTES];
        arrays.add(array);
        arraysUsed = 1;
        out = CodedOutputStream.newInstance(array);
        view = ByteBuffer.wrap(array);
    }

    /** Bytes put since the last {@link #clear}. */
    public long size() {
        return sealedBytes + position() - segmentStart;
    }

    /** Whether the batch has reached the size at which it should be written. */
    public boolean isFull() {
        return out.spaceLeft() < SPARE_BYTES || size() >= ARRAY_BYTES - SPARE_BYTES;
    }

    void putByte(int value) {
        try {
            room(1);
            out.writeRawByte(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Puts a u64, big-endian. */
    void putLong(long value) {
        try {
            room(Long.BYTES);
            out.writeFixed64NoTag(Long.reverseBytes(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param size {@link Message#getSerializedSize} */
    void putMessage(Message message, int size) {
        try {
            if (size <= ARRAY_BYTES) {
                room(size);
                message.writeTo(out);
            } else {
                // A large whole message is the first of its stream, or a forwarded proposal: too rare to save the copy.
                reference(ByteBuffer.wrap(message.toByteArray()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param size {@link Entry#getSerializedSize} */
    void putEntry(Entry entry, int size) {
        try {
            if (size < REFERENCE_BYTES) {
                room(size);
                entry.writeTo(out);
            } else {
                putLargeEntry(entry);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the generated code writes it, field by field, but with the data by reference. */
    private void putLargeEntry(Entry entry) throws IOException {
        room(ENTRY_HEAD_BYTES);
        if (entry.hasType()) {
            out.writeEnum(Entry.TYPE_FIELD_NUMBER, entry.getType().getNumber());
        }
        if (entry.hasTerm()) {
            out.writeUInt64(Entry.TERM_FIELD_NUMBER, entry.getTerm());
        }
        if (entry.hasIndex()) {
            out.writeUInt64(Entry.INDEX_FIELD_NUMBER, entry.getIndex());
        }
        if (entry.hasData()) {
            ByteString data = entry.getData();
            out.writeTag(Entry.DATA_FIELD_NUMBER, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(data.size());
            for (ByteBuffer part : data.asReadOnlyByteBufferList()) {
                putBytes(part);
            }
        }
        if (entry.getUnknownFields().getSerializedSize() > 0) {
            putBytes(ByteBuffer.wrap(entry.getUnknownFields().toByteArray()));
        }
    }

    /** Data that was concatenated can be large in many small parts, which are not worth a write each. */
    private void putBytes(ByteBuffer bytes) throws IOException {
        if (bytes.remaining() < REFERENCE_BYTES) {
            room(bytes.remaining());
            out.write(bytes);
        } else {
            reference(bytes);
        }
    }

    /**
     * The next piece to write, in order; null when all have been taken. From the first call on nothing may be put until
     * {@link #clear}.
     */
    public @Nullable ByteBuffer next() {
        ByteBuffer segment = segments.peek();
        if (segment == null) {
            return lastPiece();
        }
        if (segment.remaining() <= PIECE_BYTES) {
            return segments.poll();
        }
        ByteBuffer piece = segment.slice(segment.position(), PIECE_BYTES);
        segment.position(segment.position() + PIECE_BYTES);
        return piece;
    }

    /** What the array being filled has: most batches' only piece. Null if it has been taken. */
    private @Nullable ByteBuffer lastPiece() {
        int end = position();
        if (end == segmentStart) {
            return null;
        }
        view.limit(end).position(segmentStart);
        sealedBytes += end - segmentStart;
        segmentStart = end;
        return view;
    }

    /**
     * Forgets what was put; the arrays are used again. Only when nothing of them is being written.
     *
     * <p>A batch that left half of its array goes on in it. The protobuf stream over an array cannot be rewound, and where
     * batches are small a new one for each would be garbage a message.
     */
    public void clear() {
        segments.clear();
        sealedBytes = 0;
        int kept = Math.max(KEPT_ARRAYS, Math.min(arraysUsed, MOST_KEPT_ARRAYS));
        while (arrays.size() > kept) {
            arrays.remove(arrays.size() - 1);
        }
        if (arraysUsed == 1 && out.spaceLeft() >= ARRAY_BYTES / 2) {
            segmentStart = position();
            return;
        }
        arraysUsed = 0;
        nextArray();
    }

    private int position() {
        return array.length - out.spaceLeft();
    }

    /** Makes sure that the next {@code bytes}, {@link #ARRAY_BYTES} at the most, fit into the array. */
    private void room(int bytes) {
        if (out.spaceLeft() < bytes) {
            sealSegment();
            nextArray();
        }
    }

    private void nextArray() {
        if (arraysUsed == arrays.size()) {
            arrays.add(new byte[ARRAY_BYTES]);
        }
        array = arrays.get(arraysUsed++);
        out = CodedOutputStream.newInstance(array);
        view = ByteBuffer.wrap(array);
        segmentStart = 0;
    }

    private void reference(ByteBuffer data) {
        sealSegment();
        sealedBytes += data.remaining();
        segments.add(data);
    }

    private void sealSegment() {
        int end = position();
        if (end > segmentStart) {
            segments.add(ByteBuffer.wrap(array, segmentStart, end - segmentStart));
            sealedBytes += end - segmentStart;
            segmentStart = end;
        }
    }
}
