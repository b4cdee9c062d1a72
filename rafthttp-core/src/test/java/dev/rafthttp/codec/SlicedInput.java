package dev.rafthttp.codec;

import com.google.protobuf.ByteString;
import dev.rafthttp.codec.FrameDecoder.FrameSink;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Feeds a decoder as a hostile network would: in slices of any size, in buffers of every kind, each of which is overwritten
 * as soon as the decoder has returned, so that a message that still refers to it comes out wrong.
 */
final class SlicedInput {
    private static final int LARGEST_SLICE = 64 << 10;
    private static final byte SCRIBBLE = (byte) 0xA5;

    private final SplittableRandom random;
    private final byte[] scribble = new byte[LARGEST_SLICE + Long.BYTES];
    private final byte[] heap = new byte[scribble.length];
    private final ByteBuffer direct = ByteBuffer.allocateDirect(LARGEST_SLICE);

    SlicedInput(long seed) {
        this.random = new SplittableRandom(seed);
        Arrays.fill(scribble, SCRIBBLE);
    }

    void feed(ByteString bytes, FrameDecoder decoder, FrameSink sink) {
        int start = 0;
        while (start < bytes.size()) {
            int size = Math.min(sliceSize(), bytes.size() - start);
            feedSlice(bytes.substring(start, start + size), decoder, sink);
            start += size;
        }
    }

    /** Rarely so small that everything is cut, often like what a socket brings. */
    private int sliceSize() {
        return switch (random.nextInt(16)) {
            case 0 -> 1 + random.nextInt(8);
            case 1, 2, 3 -> 1 + random.nextInt(200);
            default -> 1 + random.nextInt(LARGEST_SLICE);
        };
    }

    private void feedSlice(ByteString slice, FrameDecoder decoder, FrameSink sink) {
        int size = slice.size();
        int kind = random.nextInt(4);
        if (kind == 0) {
            direct.clear();
            slice.copyTo(direct);
            decode(direct.flip(), decoder, sink);
            direct.clear().put(scribble, 0, size);
            return;
        }
        int before = random.nextInt(Long.BYTES);
        slice.copyTo(heap, before);
        ByteBuffer in = ByteBuffer.wrap(heap, before, size);
        if (kind == 1) {
            in = in.slice();
        } else if (kind == 2) {
            in = in.asReadOnlyBuffer();
        }
        decode(in, decoder, sink);
        System.arraycopy(scribble, 0, heap, before, size);
    }

    private static void decode(ByteBuffer in, FrameDecoder decoder, FrameSink sink) {
        decoder.decode(in, sink);
        if (in.hasRemaining()) {
            throw new AssertionError("left " + in.remaining() + " bytes of the input");
        }
    }
}
