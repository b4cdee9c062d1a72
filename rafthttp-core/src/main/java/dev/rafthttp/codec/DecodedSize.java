package dev.rafthttp.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.WireFormat;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.raftpb.ConfState;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.Snapshot;
import dev.rafthttp.raftpb.SnapshotMetadata;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a message becomes on the heap, told from its bytes before it is decoded: an entry of two bytes becomes an object of
 * sixty, an unknown field of two bytes six objects, so that a limit of bytes alone protects no heap. An upper estimate, of
 * objects with compressed references.
 *
 * <p>Bytes that are no protobuf are estimated up to where they stop to be, and so is what protobuf makes of them.
 */
public final class DecodedSize {
    /** An Entry, and its place in a list that has grown by half each time. */
    static final int ENTRY_BYTES = 72;

    /** A ByteString, its array's head, and what rounds that up; not the content. */
    static final int DATA_BYTES = 56;

    /** A set of unknown fields, and its tree. */
    private static final int UNKNOWN_SET_BYTES = 128;

    /** An unknown field: its tree's node, a field, its list and a number. */
    private static final int UNKNOWN_BYTES = 160;

    /** Another of the same number: its place in the list. */
    private static final int UNKNOWN_AGAIN_BYTES = 24;

    /** So few that the objects of the entries add little to what any message takes, and the number of messages is limited too. */
    private static final int FEW_ENTRIES = 16;

    /** Any other message, with its place in a list. */
    private static final int MESSAGE_BYTES = 200;

    /** A number in a list that has grown. */
    private static final int NUMBER_BYTES = 16;

    /** What protobuf takes by default; deeper, it fails. */
    private static final int MAX_DEPTH = 100;

    private static final Map<Descriptor, Type> TYPES = types();

    private final CodedInputStream in;
    private final long limit;
    private long bytes;

    private DecodedSize(CodedInputStream in, long limit, long bytes) {
        this.in = in;
        this.limit = limit;
        this.bytes = bytes;
    }

    /**
     * Makes the tables, if there are none yet. To be called while there is memory: a class whose initialization runs out of
     * memory cannot be used any more, however much there is later.
     */
    static void prepare() {
        if (TYPES.isEmpty()) {
            throw new AssertionError("raftpb has no messages");
        }
    }

    /**
     * Estimates a message.
     *
     * @param descriptor of its type: one of {@code raftpb}'s
     * @param encoded its bytes, of which its data will be a part, not a copy
     * @param before what the message takes already of which this is a part; else 0
     * @param limit what all may become, in bytes
     * @return how many bytes all will take, {@code encoded} among them
     * @throws FrameTooLargeException if that is above the limit, as soon as it is
     */
    public static long of(Descriptor descriptor, ByteString encoded, long before, long limit) {
        DecodedSize size = new DecodedSize(encoded.newCodedInput(), limit, before + encoded.size());
        Type type = TYPES.get(descriptor);
        if (type == null) {
            throw new IllegalArgumentException(descriptor.getFullName() + " is no message of raftpb");
        }
        size.add(type.objectBytes);
        try {
            size.message(type, 0);
        } catch (IOException corrupt) {
            // Protobuf stops here too, and says why.
            return size.bytes;
        }
        return size.bytes;
    }

    /**
     * What a decoded message counts as, where the bytes of messages are limited: its serialized size, as long as it has few entries
     * and no unknown fields, or takes at most twice as much on the heap; else half of what it takes there.
     */
    public static int weight(Message message) {
        int serialized = message.getSerializedSize();
        int entries = message.getEntriesCount();
        long decoded = serialized + unknown(message);
        if (entries > FEW_ENTRIES) {
            decoded += (long) entries * (ENTRY_BYTES + DATA_BYTES);
        }
        for (int i = 0; i < entries; i++) {
            decoded += unknown(message.getEntries(i));
        }
        return (int) Math.min(Integer.MAX_VALUE, Math.max(serialized, decoded / 2));
    }

    private static long unknown(MessageOrBuilder message) {
        UnknownFieldSet fields = message.getUnknownFields();
        // A field of a number of its own takes three bytes or more, but for a few.
        return fields.equals(UnknownFieldSet.getDefaultInstance())
                ? 0
                : UNKNOWN_SET_BYTES + (fields.getSerializedSize() + 2L) / 3 * UNKNOWN_BYTES;
    }

    private void add(long more) {
        bytes += more;
        if (bytes > limit) {
            throw new FrameTooLargeException("decoded, the message would take more than the limit of " + limit
                    + " bytes: " + bytes + " with its first " + in.getTotalBytesRead() + " bytes");
        }
    }

    private void message(Type type, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new InvalidProtocolBufferException("nested too deeply");
        }
        int lastUnknown = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int wireType = WireFormat.getTagWireType(tag);
            if (wireType == WireFormat.WIRETYPE_END_GROUP) {
                throw new InvalidProtocolBufferException("a group ends that has not begun");
            }
            Field field = type.fields[Math.min(WireFormat.getTagFieldNumber(tag), type.fields.length - 1)];
            if (field == null || !field.takes(wireType)) {
                add(unknownBytes(tag, lastUnknown));
                lastUnknown = tag;
                skip(tag, depth);
            } else if (field.nested != null) {
                nested(field.nested, depth);
            } else if (wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                int length = in.readRawVarint32();
                // Of packed numbers each takes a byte or more.
                add(field.isNumbers ? (long) NUMBER_BYTES * Math.max(0, length) : DATA_BYTES);
                in.skipRawBytes(length);
            } else {
                long number = in.readRawVarint64();
                if (field.values != null && !isKnown(field.values, number)) {
                    // Kept as a field of an unknown number is.
                    add(unknownBytes(tag, lastUnknown));
                    lastUnknown = tag;
                } else if (field.isNumbers) {
                    add(NUMBER_BYTES);
                }
            }
        }
    }

    private static boolean isKnown(EnumDescriptor values, long number) {
        return number == (int) number && values.findValueByNumber((int) number) != null;
    }

    private void nested(Type type, int depth) throws IOException {
        add(type.objectBytes);
        int outer = in.pushLimit(in.readRawVarint32());
        message(type, depth + 1);
        in.popLimit(outer);
    }

    private static int unknownBytes(int tag, int before) {
        if (tag == before) {
            return UNKNOWN_AGAIN_BYTES;
        }
        return before == 0 ? UNKNOWN_SET_BYTES + UNKNOWN_BYTES : UNKNOWN_BYTES;
    }

    /** Skips an unknown field, and counts what is in it if it is a group. */
    private void skip(int tag, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new InvalidProtocolBufferException("nested too deeply");
        }
        if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_START_GROUP) {
            in.skipField(tag);
            return;
        }
        int last = 0;
        for (int inner = in.readTag();
                WireFormat.getTagWireType(inner) != WireFormat.WIRETYPE_END_GROUP;
                inner = in.readTag()) {
            if (inner == 0) {
                throw new InvalidProtocolBufferException("a group does not end");
            }
            add(unknownBytes(inner, last));
            last = inner;
            skip(inner, depth + 1);
        }
    }

    /** A type of message. The fields stand at their numbers; the last place, of the unknown ones, is empty. */
    private static final class Type {
        private final int objectBytes;
        private final @Nullable Field[] fields;

        Type(Descriptor descriptor) {
            objectBytes = descriptor == Entry.getDescriptor() ? ENTRY_BYTES : MESSAGE_BYTES;
            int largest = 0;
            for (FieldDescriptor field : descriptor.getFields()) {
                largest = Math.max(largest, field.getNumber());
            }
            fields = new @Nullable Field[largest + 2];
        }
    }

    /**
     * A known field.
     *
     * @param nested the type, of a message
     * @param values of an enum
     */
    private record Field(
            int wireType,
            boolean isNumbers,
            @Nullable Type nested,
            @Nullable EnumDescriptor values) {
        boolean takes(int other) {
            return other == wireType || isNumbers && other == WireFormat.WIRETYPE_LENGTH_DELIMITED;
        }
    }

    private static Map<Descriptor, Type> types() {
        Map<Descriptor, Type> types = new HashMap<>();
        for (Descriptor each : new Descriptor[] {
            Message.getDescriptor(),
            Entry.getDescriptor(),
            Snapshot.getDescriptor(),
            SnapshotMetadata.getDescriptor(),
            ConfState.getDescriptor()
        }) {
            types.put(each, new Type(each));
        }
        types.forEach((descriptor, type) -> {
            for (FieldDescriptor field : descriptor.getFields()) {
                boolean isMessage = field.getJavaType() == JavaType.MESSAGE;
                type.fields[field.getNumber()] = new Field(
                        field.getLiteType().getWireType(),
                        field.isRepeated() && !isMessage,
                        isMessage ? types.get(field.getMessageType()) : null,
                        field.getJavaType() == JavaType.ENUM ? field.getEnumType() : null);
            }
        });
        return Map.copyOf(types);
    }
}
