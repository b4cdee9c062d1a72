package dev.rafthttp.sidecar.decode;

import dev.rafthttp.codec.FrameDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Reads the frame that a snapshot's body begins with, u64 length and Message, and nothing of the database behind it. */
final class FirstFrame {
    private static final int BUFFER_BYTES = 64 << 10;

    private FirstFrame() {}

    /**
     * Reads it; blocks until it is there, or the body ends, within it if the decoder is then not at a frame's boundary.
     *
     * @param decoder of the message stream, new
     * @throws dev.rafthttp.CorruptFrameException if it is no message
     * @throws dev.rafthttp.FrameTooLargeException if it is announced above the decoder's limit
     */
    static void read(InputStream in, FrameDecoder decoder, FrameDecoder.FrameSink sink) throws IOException {
        byte[] length = in.readNBytes(Long.BYTES);
        decoder.decode(ByteBuffer.wrap(length), sink);
        long left = length.length < Long.BYTES ? 0 : ByteBuffer.wrap(length).getLong();
        byte[] buffer = new byte[(int) Math.min(left, BUFFER_BYTES)];
        while (left > 0) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                return;
            }
            left -= read;
            decoder.decode(ByteBuffer.wrap(buffer, 0, read), sink);
        }
    }
}
