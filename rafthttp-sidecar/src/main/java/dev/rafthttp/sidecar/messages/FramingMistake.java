package dev.rafthttp.sidecar.messages;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Recognizes how the author of a node frames messages instead of as a u64, big-endian, and then the message. Read as such a
 * length, what the usual mistakes begin with is absurd, and tells the author nothing. Collects the first bytes of one body.
 */
public final class FramingMistake {
    /** A length, and enough of a message to know it by. */
    private static final int HEAD_BYTES = 64;

    private static final String EXPECTED =
            ": expected of each message its length as a u64, big-endian, then the message";

    /** Type, to and from. */
    private static final int LEAST_FIELDS = 3;

    private static final int VARINT_BITS = 7;
    private static final int MOST_VARINT_BYTES = 5;

    private final ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);

    /** Keeps what is new of the body's first bytes; leaves the buffer as it is. */
    public void look(ByteBuffer arrived) {
        if (head.hasRemaining()) {
            ByteBuffer some = arrived.duplicate();
            some.limit(some.position() + Math.min(some.remaining(), head.remaining()));
            head.put(some);
        }
    }

    /** What the body's first frame looks like, and what is expected; empty if nothing is recognized. */
    public Optional<String> recognized() {
        ByteBuffer bytes = head.duplicate().flip();
        // A message begins with its type, unless that is absent: then the next field is its first, but also that of any
        // message read from two bytes on.
        return looksLike(bytes, Message.TYPE_FIELD_NUMBER)
                .or(() -> looksLike(bytes, Message.TO_FIELD_NUMBER))
                .map(what -> "the body begins with what looks like " + what + EXPECTED);
    }

    /** What a length above the limit would be the other way round; empty if that makes no sense either. */
    public Optional<String> reversed() {
        if (head.position() < Long.BYTES) {
            return Optional.empty();
        }
        long reversed = Long.reverseBytes(head.getLong(0));
        return isLength(reversed)
                ? Optional.of("little-endian, it would be a length of " + reversed + EXPECTED)
                : Optional.empty();
    }

    private static Optional<String> looksLike(ByteBuffer bytes, int firstField) {
        if (bytes.remaining() > Long.BYTES) {
            long length = bytes.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
            if (isMessageAt(bytes, Long.BYTES, length, firstField)) {
                return Optional.of("a u64 length of " + length + ", little-endian");
            }
        }
        if (bytes.remaining() > Integer.BYTES) {
            long big = Integer.toUnsignedLong(bytes.order(ByteOrder.BIG_ENDIAN).getInt(0));
            long little = Integer.toUnsignedLong(Integer.reverseBytes((int) big));
            // If both make sense, nobody begins with the longer message.
            long length = Math.min(big, little);
            if (isMessageAt(bytes, Integer.BYTES, length, firstField)) {
                return Optional.of(
                        "a u32 length of " + length + ", " + (length == big ? "big-endian" : "little-endian"));
            }
        }
        return varint(bytes, firstField).or(() -> without(bytes, firstField));
    }

    private static Optional<String> varint(ByteBuffer bytes, int firstField) {
        long length = 0;
        for (int at = 0; at < Math.min(bytes.remaining(), MOST_VARINT_BYTES); at++) {
            length |= (long) (bytes.get(at) & Byte.MAX_VALUE) << (VARINT_BITS * at);
            if (bytes.get(at) >= 0) {
                return isMessageAt(bytes, at + 1, length, firstField)
                        ? Optional.of("a varint length of " + length + ", as protobuf's writeDelimitedTo has it")
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }

    private static Optional<String> without(ByteBuffer bytes, int firstField) {
        if (bytes.remaining() > 1 && bytes.get(0) == '{' && bytes.get(1) == '"') {
            return Optional.of("JSON, which is sent as Content-Type application/json");
        }
        return isMessageAt(bytes, 0, FrameLimits.DEFAULT.maxFrameBytes(), firstField)
                ? Optional.of("a message without a length")
                : Optional.empty();
    }

    private static boolean isLength(long length) {
        return length > 0 && length <= FrameLimits.DEFAULT.maxFrameBytes();
    }

    /**
     * Whether what is there of so many bytes are a message's fields: each by its number and its type on the wire, in the order
     * in which all that write messages write them, and several, since one alone is often chance.
     */
    private static boolean isMessageAt(ByteBuffer bytes, int start, long length, int firstField) {
        int available = (int) Math.min(bytes.remaining() - start, length);
        if (!isLength(length) || available <= 0) {
            return false;
        }
        CodedInputStream in = CodedInputStream.newInstance(bytes.slice(start, available));
        int fields = 0;
        int last = firstField;
        try {
            while (!in.isAtEnd()) {
                int tag = in.readTag();
                int number = WireFormat.getTagFieldNumber(tag);
                FieldDescriptor field = Message.getDescriptor().findFieldByNumber(number);
                if (field == null
                        || field.getLiteType().getWireType() != WireFormat.getTagWireType(tag)
                        || (fields == 0 ? number != firstField : number < last)) {
                    return false;
                }
                in.skipField(tag);
                last = number;
                fields++;
            }
            return fields >= LEAST_FIELDS;
        } catch (IOException e) {
            // All that is kept are the first bytes, so the last field may be cut. A field within the length may not.
            return fields >= LEAST_FIELDS && available < length;
        }
    }
}
