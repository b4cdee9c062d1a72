package dev.rafthttp.codec;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.ExtensionRegistryLite;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Cuts a stream into the atoms that all frames consist of, a byte, a u64 or a body of known length, wherever the input is
 * cut. A subclass says what the next atom is and what it means.
 *
 * <p>An atom that is whole in the input is read there. One that is not is collected: an integer in a field, a body in an
 * array that is then parsed with aliasing, so that large data is copied once. The array grows as bytes arrive, to at most
 * twice their number; only up to the size of the largest body that this stream has already brought is it allocated at once.
 */
abstract class AtomDecoder implements FrameDecoder {
    /** What a body's array starts with: about what one read brings. */
    private static final int FIRST_BYTES = 64 << 10;

    private static final byte[] NONE = {};
    private static final ByteBuffer NO_INPUT = ByteBuffer.wrap(NONE);

    private final int maxFrameBytes;

    /** Bytes consumed in earlier calls. */
    private long offset;

    // The atom being collected, if the last input ended within it.
    private long partial;
    private int collected;
    private byte[] body = NONE;
    private int largestBody = FIRST_BYTES;

    // The input of the call under way, and nothing between calls: the caller's buffer is not held on to.
    private final CodedInputStream nothing = CodedInputStream.newInstance(NONE);
    private ByteBuffer in = NO_INPUT;
    private CodedInputStream coded = nothing;
    private int start;

    AtomDecoder(FrameLimits limits) {
        this.maxFrameBytes = limits.maxFrameBytes();
    }

    @Override
    public final void decode(ByteBuffer input, FrameSink out) {
        in = input;
        start = input.position();
        coded = input.hasArray()
                ? CodedInputStream.newInstance(input.array(), input.arrayOffset() + start, input.remaining())
                : CodedInputStream.newInstance(input);
        try {
            while (step(out)) {
                // Each step reads one atom; false means that the input ends within the next.
            }
            offset += input.limit() - start;
            input.position(input.limit());
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        } finally {
            in = NO_INPUT;
            coded = nothing;
        }
    }

    /** Reads the next atom and acts on it; false if the input has no more of it. */
    abstract boolean step(FrameSink out) throws IOException;

    @Override
    public final long offset() {
        return offset + coded.getTotalBytesRead();
    }

    /** Whether an atom has begun that is not whole. */
    final boolean isWithinAtom() {
        return collected > 0;
    }

    private int remaining() {
        return in.limit() - start - coded.getTotalBytesRead();
    }

    /** The next byte, 0 to 255; or -1 if the input ends here. */
    final int nextByte() throws IOException {
        return remaining() == 0 ? -1 : coded.readRawByte() & 0xFF;
    }

    /** Whether the next u64 is whole; then {@link #takeLong} gives it. */
    final boolean hasLong() throws IOException {
        if (collected == 0 && remaining() >= Long.BYTES) {
            partial = Long.reverseBytes(coded.readRawLittleEndian64());
            return true;
        }
        while (collected < Long.BYTES) {
            if (remaining() == 0) {
                return false;
            }
            partial = partial << Byte.SIZE | coded.readRawByte() & 0xFF;
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

    /**
     * Merges the next body into a builder, if it is whole.
     *
     * @return false if the input ends within it
     * @throws CorruptFrameException if the body is no such message
     */
    final boolean merge(int length, MessageLite.Builder builder) throws IOException {
        if (collected == 0 && remaining() >= length) {
            long bodyOffset = offset();
            int before = coded.pushLimit(length);
            parse(coded, builder, bodyOffset, coded.getTotalBytesRead());
            coded.popLimit(before);
            return true;
        }
        collect(length);
        if (collected < length) {
            return false;
        }
        byte[] whole = body;
        body = NONE;
        collected = 0;
        largestBody = Math.max(largestBody, length);
        // Only of bytes that it knows nobody will change does protobuf make aliases.
        CodedInputStream own = UnsafeByteOperations.unsafeWrap(whole, 0, length).newCodedInput();
        own.enableAliasing(true);
        parse(own, builder, offset() - length, 0);
        return true;
    }

    private static void parse(CodedInputStream from, MessageLite.Builder builder, long bodyOffset, int readBefore)
            throws IOException {
        try {
            builder.mergeFrom(from, ExtensionRegistryLite.getEmptyRegistry());
            // A builder may stop at a stray end-group tag; by its contract the caller looks whether it did.
            from.checkLastTagWas(0);
        } catch (IOException e) {
            long at = bodyOffset + from.getTotalBytesRead() - readBefore;
            throw new CorruptFrameException(at, String.valueOf(e.getMessage()), e);
        }
    }

    private void collect(int length) throws IOException {
        int available = Math.min(remaining(), length - collected);
        int needed = collected + available;
        if (needed > body.length) {
            long trusted = Math.max(largestBody, 2L * needed);
            body = Arrays.copyOf(body, (int) Math.min(length, trusted));
        }
        if (in.hasArray()) {
            int from = in.arrayOffset() + start + coded.getTotalBytesRead();
            System.arraycopy(in.array(), from, body, collected, available);
        } else {
            in.get(start + coded.getTotalBytesRead(), body, collected, available);
        }
        coded.skipRawBytes(available);
        collected = needed;
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
     * Checks a number of things from the stream, each of which takes {@code least} bytes or more of the limit.
     *
     * @throws FrameTooLargeException if so many are above the limit
     */
    final long checkedCount(String what, long count, int least) {
        if (count < 0 || count > maxFrameBytes / least) {
            throw new FrameTooLargeException(Long.toUnsignedString(count) + " " + what + " at offset "
                    + (offset() - Long.BYTES) + " are above the limit of " + maxFrameBytes + " bytes");
        }
        return count;
    }
}
