package dev.rafthttp.codec;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.UnsafeByteOperations;
import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.raftpb.Entry;
import dev.rafthttp.raftpb.Message;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream into the atoms that all frames consist of, a byte, a u64 or a body of known length, wherever the input is
 * cut. A subclass says what the next atom is and what it means.
 *
 * <p>Integers, and entries as nearly all are, are read where they stand in the input. A body of another kind, or one that is
 * not whole yet, is collected in an array of its own and then parsed with aliasing, so that data is copied once whichever way
 * it goes. The array grows as bytes arrive, to at most twice their number; only up to the size of the largest body that this
 * stream has already brought is it allocated at once.
 */
abstract class AtomDecoder implements FrameDecoder {
    /** What a body's array starts with: about what one read brings. */
    private static final int FIRST_BYTES = 64 << 10;

    private static final byte[] NONE = {};
    private static final ByteBuffer NO_INPUT = ByteBuffer.wrap(NONE);

    private static final VarHandle U64 = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Up to this size a message is not estimated before it is decoded: whatever it is, it becomes less than is free. */
    private static final int HARMLESS_BYTES = 256;

    private final int maxFrameBytes;
    private final long maxDecodedBytes;
    private final MemoryBudget.Charge charge;

    /** What the frame under way has become so far. */
    private long decodedBytes;

    /** Bytes consumed in earlier calls. */
    private long offset;

    // The atom being collected, if the last input ended within it.
    private long partial;
    private int collected;
    private byte[] body = NONE;
    private int largestBody = FIRST_BYTES;

    // The input of the call under way, and nothing between calls: the caller's buffer is not held on to.
    private ByteBuffer in = NO_INPUT;
    private int start;
    private int at;
    private int end;

    AtomDecoder(FrameLimits limits, MemoryBudget budget) {
        this.maxFrameBytes = limits.maxFrameBytes();
        this.maxDecodedBytes = limits.maxDecodedBytes();
        this.charge = budget.open();
    }

    @Override
    public final void decode(ByteBuffer input, FrameSink out) {
        if (collected == 0 && isAtFrameBoundary()) {
            // By now Raft has the message that it held.
            charge.release();
        }
        in = input;
        start = input.position();
        at = start;
        end = input.limit();
        try {
            while (step(out)) {
                // Each step reads one atom.
            }
            input.position(at);
        } finally {
            offset += at - start;
            in = NO_INPUT;
            start = 0;
            at = 0;
            end = 0;
        }
    }

    /** Reads the next atom and acts on it; false if the input ends within it, or the sink wants no more for now. */
    abstract boolean step(FrameSink out);

    @Override
    public final long offset() {
        return offset + at - start;
    }

    /** Whether an atom has begun that is not whole. */
    final boolean isWithinAtom() {
        return collected > 0;
    }

    private int remaining() {
        return end - at;
    }

    /** The next byte, 0 to 255; or -1 if the input ends here. */
    final int nextByte() {
        return at == end ? -1 : in.get(at++) & 0xFF;
    }

    /** Whether the next u64 is whole; then {@link #takeLong} gives it. */
    final boolean hasLong() {
        if (collected == 0 && remaining() >= Long.BYTES) {
            partial = (long) U64.get(in, at);
            at += Long.BYTES;
            return true;
        }
        while (collected < Long.BYTES) {
            if (at == end) {
                return false;
            }
            partial = partial << Byte.SIZE | in.get(at++) & 0xFF;
            collected++;
        }
        collected = 0;
        return true;
    }

    final long takeLong() {
        long value = partial;
        partial = 0;
        return value;
    }

    /** The next body, if it is an entry that can be read where it stands; null, and nothing is read, if not. */
    final @Nullable Entry entryInPlace(int length, EntryReader reader) {
        if (collected > 0 || remaining() < length) {
            return null;
        }
        Entry entry = reader.read(in, at, length);
        if (entry != null) {
            at += length;
        }
        return entry;
    }

    /**
     * Merges the next body into a builder, if it is whole.
     *
     * @param isPart whether it is one of many of its frame
     * @return false if the input ends within it
     * @throws CorruptFrameException if the body is no such message
     */
    final boolean merge(int length, com.google.protobuf.Message.Builder builder, boolean isPart) {
        collect(length);
        if (collected < length) {
            return false;
        }
        byte[] whole = body;
        body = NONE;
        collected = 0;
        largestBody = Math.max(largestBody, length);
        // Only of bytes that it knows nobody will change does protobuf make aliases.
        ByteString encoded = UnsafeByteOperations.unsafeWrap(whole, 0, length);
        if (isPart || length > HARMLESS_BYTES) {
            decodedBytes = DecodedSize.of(builder.getDescriptorForType(), encoded, decodedBytes, maxDecodedBytes);
            charge.cover(decodedBytes);
        }
        CodedInputStream coded = encoded.newCodedInput();
        coded.enableAliasing(true);
        try {
            builder.mergeFrom(coded, ExtensionRegistryLite.getEmptyRegistry());
            // A builder may stop at a stray end-group tag; by its contract the caller looks whether it did.
            coded.checkLastTagWas(0);
        } catch (IOException e) {
            throw new CorruptFrameException(
                    offset() - length + coded.getTotalBytesRead(), String.valueOf(e.getMessage()), e);
        }
        return true;
    }

    private void collect(int length) {
        int available = Math.min(remaining(), length - collected);
        int needed = collected + available;
        if (needed > body.length) {
            int room = (int) Math.min(length, Math.max(largestBody, 2L * needed));
            charge.cover(decodedBytes + room);
            body = Arrays.copyOf(body, room);
        }
        in.get(at, body, collected, available);
        at += available;
        collected = needed;
    }

    /**
     * Counts what a part of the frame is about to become.
     *
     * @throws FrameTooLargeException if the frame is above its limit with it
     * @throws dev.rafthttp.NoRoomException if all that is being received is above its limit with it
     */
    final void becomes(long bytes) {
        decodedBytes += bytes;
        if (decodedBytes > MemoryBudget.FREE_BYTES) {
            if (decodedBytes > maxDecodedBytes) {
                throw new FrameTooLargeException("decoded, the frame that has reached offset " + offset()
                        + " would take more than the limit of " + maxDecodedBytes + " bytes");
            }
            charge.cover(decodedBytes);
        }
    }

    /** Gives a message to the sink. Its memory counts until the sink has taken it. */
    final boolean give(Message whole, int encodedBytes, FrameSink out) {
        decodedBytes = 0;
        if (out.message(whole, encodedBytes)) {
            charge.release();
            return true;
        }
        return false;
    }

    @Override
    public final void close() {
        charge.close();
    }

    /**
     * Checks a length from the stream.
     *
     * @param before what the frame has taken of the limit before
     * @throws FrameTooLargeException if with the length it is above the limit
     */
    final int checkedLength(String what, long length, long before) {
        if (length < 0 || length > maxFrameBytes - before) {
            throw new FrameTooLargeException(what + " of " + Long.toUnsignedString(length) + " bytes at offset "
                    + (offset() - Long.BYTES)
                    + (before == 0 ? "" : ", after " + before + " bytes of the same frame,")
                    + " is above the limit of " + maxFrameBytes + " bytes");
        }
        return (int) length;
    }

    /**
     * Checks a number of things from the stream, each of which takes {@code least} bytes or more in the frame, and {@code decoded}
     * bytes or more once it is decoded.
     *
     * @throws FrameTooLargeException if so many are above the limit
     */
    final long checkedCount(String what, long count, int least, int decoded) {
        if (count < 0 || count > maxFrameBytes / least) {
            throw tooMany(what, count, maxFrameBytes + " bytes");
        }
        if (count > maxDecodedBytes / decoded) {
            throw tooMany(what, count, maxDecodedBytes + " bytes for a decoded frame");
        }
        return count;
    }

    private FrameTooLargeException tooMany(String what, long count, String limit) {
        return new FrameTooLargeException(Long.toUnsignedString(count) + " " + what + " at offset "
                + (offset() - Long.BYTES) + " are above the limit of " + limit);
    }
}
